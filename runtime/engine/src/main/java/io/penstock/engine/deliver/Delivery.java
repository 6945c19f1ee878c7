package io.penstock.engine.deliver;

import java.util.List;

/**
 * The parcels of one batch for one sink. Shrinks as they are delivered; what is left is tried again
 * as one call, in the same order.
 *
 * @param <W> whose parcels they are
 */
public final class Delivery<W> {

  /** Who is told about each parcel. Called on the core thread. */
  public interface Listener<W> {

    /** The sink has it, or nothing more is to be done for it. */
    void finished(Parcel<W> parcel, long nowNs);

    /** The sink didn't take it this time; it is tried again later. */
    void delayed(Parcel<W> parcel, long nowNs);

    /**
     * The sink will not get it: refused for good, or tried often enough.
     *
     * @return whether to go on trying all the same; if not, and the delivery is ordered, the rest of
     *     it waits for {@link SinkPort#release}
     */
    Verdict refused(Parcel<W> parcel, Refusal<W> refusal, long nowNs);

    /** Whether a parcel of this owner is still to be tried at this port. */
    Interest interest(W owner, SinkPort<W> port);
  }

  /** Who refused a parcel, in which delivery, and why. */
  public record Refusal<W>(SinkPort<W> port, Delivery<W> delivery, String code, String text) {}

  /** What to do with a refused parcel. */
  public enum Verdict {
    /** It is out of the delivery. */
    GIVE_UP,
    /** It stays and is tried again at the longest backoff. */
    KEEP_TRYING
  }

  /** Whether the owner of a parcel still wants it delivered. */
  public enum Interest {
    /** Yes. */
    WANTED,
    /** It is to be refused at its next failure. */
    LAST_TRY,
    /** Another parcel of its owner was given up here, which speaks for all of them. */
    COVERED,
    /** The owner has gone: it is out without a word. */
    GONE
  }

  /** Whether parcels of this delivery must keep their order. */
  public enum Ordered {
    /** One that was given up holds the rest back until {@link Delivery#release}. */
    YES,
    /** They are independent. */
    NO
  }

  /** Where a delivery stands. */
  enum Phase {
    /** With the sink, or in the line for it, or waiting for its next try. */
    UNDER_WAY,
    /** Its time has come, but a given-up parcel holds it. */
    HELD
  }

  final Listener<W> listener;
  final Ordered ordered;
  final long createdNs;
  List<Parcel<W>> parcels;
  long startNs;
  Phase phase = Phase.UNDER_WAY;

  /** Given-up parcels whose owners aren't settled yet: nothing is tried again before they are. */
  int held;

  /** A delivery of these parcels, at least one. Belongs to the core thread. */
  public Delivery(List<Parcel<W>> parcels, Listener<W> listener, Ordered ordered, long createdNs) {
    this.parcels = parcels;
    this.listener = listener;
    this.ordered = ordered;
    this.createdNs = createdNs;
  }

  /** Whether one that is given up holds back the rest. */
  public boolean isOrdered() {
    return ordered == Ordered.YES;
  }
}
