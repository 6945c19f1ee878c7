-- Keys are compared byte by byte, so that those under a prefix are a range.
CREATE TABLE state (
  name ${key_type} PRIMARY KEY,
  value ${value_type} NOT NULL
);

-- The owner is a word that only one run of one worker has; the holder tells people who that is.
CREATE TABLE lease (
  name ${key_type} PRIMARY KEY,
  epoch BIGINT NOT NULL,
  owner TEXT NOT NULL,
  holder TEXT NOT NULL,
  expires_ms BIGINT NOT NULL
);
