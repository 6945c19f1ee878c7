-- A function's own tasks are found without looking at those of others. What a worker has (3, 4, 6, 8) is little, and
-- changes often: it stands in neither index.
DROP INDEX task_account;
CREATE INDEX task_function ON task (account, function, number) WHERE state NOT IN (3, 4, 6, 8);
CREATE INDEX task_account ON task (account, number) WHERE state NOT IN (3, 4, 6, 8);
