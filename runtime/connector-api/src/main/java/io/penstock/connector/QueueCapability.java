package io.penstock.connector;

/** What a queue can do beyond handing over, releasing and settling. */
public enum QueueCapability {
  /** A lease can be extended. Without it a record may be delivered again while it is handled. */
  RENEW,
  /** A record can be put back with a delay. Without it long retries are held in memory. */
  DELAYED_RELEASE,
  /** The queue keeps what a function tells about its progress. */
  PROGRESS,
  /** The queue keeps how each attempt ended. */
  ATTEMPTS
}
