package io.penstock.engine.deliver;

import io.penstock.connector.SinkRecord;
import java.util.ArrayList;
import java.util.List;

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

  /** The same once more, for another sink. */
  public static <W> List<Parcel<W>> copies(List<Parcel<W>> parcels) {
    List<Parcel<W>> copies = new ArrayList<>(parcels.size());
    for (Parcel<W> parcel : parcels) {
      copies.add(new Parcel<>(parcel.owner, parcel.record));
    }
    return copies;
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
