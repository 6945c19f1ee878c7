package io.penstock.source.rocketmq;

/** How messages are taken. */
enum Mode {
  /** Queue by queue, with an offset for each: members of a group share the queues. */
  LOG,
  /** Message by message, each held for a time and acknowledged: the simple consumer's way. */
  QUEUE
}
