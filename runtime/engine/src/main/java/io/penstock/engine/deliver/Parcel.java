package io.penstock.engine.deliver;

import io.penstock.connector.SinkRecord;

/**
 * One record on its way to one sink.
 *
 * @param <W> whose it is
 */
public final class Parcel<W> {

  private final W owner;
  private final SinkRecord record;
  private int failures;
  private int throttles;

  /** A parcel that was never tried. */
  public Parcel(W owner, SinkRecord record) {
    this.owner = owner;
    this.record = record;
  }

  /** Whose it is. */
  public W owner() {
    return owner;
  }

  /** What is delivered. */
  public SinkRecord record() {
    return record;
  }

  int failures() {
    return failures;
  }

  void failed() {
    failures++;
    throttles = 0;
  }

  int throttles() {
    return throttles;
  }

  void throttled() {
    throttles++;
  }
}
