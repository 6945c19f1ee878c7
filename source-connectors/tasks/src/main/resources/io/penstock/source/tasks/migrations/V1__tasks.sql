-- What is not at its end. Numbers rise with time.
CREATE TABLE task (
  number BIGINT PRIMARY KEY,
  part INTEGER NOT NULL,
  account TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C",
  function TEXT COLLATE "C" NOT NULL,
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  digest TEXT NOT NULL,
  order_key TEXT,
  deadline BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  state INTEGER NOT NULL,
  delivery INTEGER NOT NULL,
  version INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  crashes INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  due BIGINT NOT NULL,
  started BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  fraction DOUBLE PRECISION NOT NULL,
  note TEXT NOT NULL,
  log BYTEA NOT NULL,
  payload BYTEA NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

CREATE UNIQUE INDEX task_name ON task (account, name) WHERE name IS NOT NULL;
CREATE INDEX task_account ON task (account, number);
CREATE INDEX task_enqueued ON task (account, function, priority DESC, deadline, number)
  WHERE state = 2;
CREATE INDEX task_due ON task (due) WHERE state IN (1, 5);
CREATE INDEX task_held ON task (number) WHERE state IN (3, 4, 6, 8);
CREATE INDEX task_late ON task (least(deadline, expires))
  WHERE state IN (1, 2, 5) AND least(deadline, expires) < 9223372036854775807;

-- What is at its end, by the day on which it came there: a day is dropped as a whole.
CREATE TABLE history (
  LIKE task,
  result_type TEXT,
  result BYTEA
) PARTITION BY RANGE (ended);

CREATE INDEX history_number ON history (number);
CREATE INDEX history_name ON history (account, name) WHERE name IS NOT NULL;
CREATE INDEX history_state ON history (account, state, number);
CREATE INDEX history_function ON history (account, function, state, number);

-- Who has a partition may write what becomes of its tasks: only the last who took it.
CREATE TABLE part (
  id INTEGER PRIMARY KEY,
  epoch BIGINT NOT NULL
);

-- Who shares the partitions.
CREATE TABLE worker (
  id TEXT PRIMARY KEY,
  seen TIMESTAMPTZ NOT NULL
);
