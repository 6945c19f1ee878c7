package io.penstock.source.http.log;

/** What became of records that were to be appended. */
public enum Appended {
  /** They are on disk, all of them. */
  STORED,
  /** The log has reached its size; nothing of them will be found in it. */
  FULL,
  /** They are more than half of what the log may ever take; nothing of them will be found in it. */
  TOO_LARGE,
  /** Too much waits for the disk already; nothing of them will be found in it. */
  BUSY,
  /** The disk failed; nothing of them will be found, but what it wrote before a crash may be. */
  FAILED,
  /** The log is closed; nothing of them will be found in it. */
  CLOSED
}
