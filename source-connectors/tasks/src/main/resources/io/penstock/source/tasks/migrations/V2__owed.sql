-- What has come to its end and whose report nobody has yet: it stays here until somebody does.
CREATE INDEX task_owed ON task (account, function, number) WHERE delivery = 5;
