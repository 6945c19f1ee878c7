package io.penstock.engine.order;

import java.util.List;
import java.util.function.Predicate;

/**
 * The entries of a route that wait to be handled, in an order. An entry is waiting, parked (until a
 * time), or out (in a batch). Not thread-safe; time is passed in.
 *
 * <pre>
 *   add -> waiting -> takeBatch -> out -> done
 *             ^                     |
 *             +---- parked <--------+ putBack
 * </pre>
 *
 * @param <E> the entries
 */
public interface ReadyQueue<E extends Entry> {

  /** The answer of {@link #nextChangeNs} when nothing will change by itself. */
  long NEVER = Long.MAX_VALUE;

  /** A new entry, after all others. */
  void add(E entry, long nowNs);

  /** Lets parked entries whose time has come wait again. */
  void wake(long nowNs);

  /**
   * Takes a batch out, if one can be closed: it is full in events or bytes, or its oldest entry has
   * waited long enough.
   *
   * @param into where the entries go, in order
   * @return whether there was one
   */
  boolean takeBatch(BatchLimits limits, long nowNs, List<E> into);

  /**
   * Puts an entry that was out back to its place. Entries of one batch are put back in the reverse
   * of their order.
   *
   * @param dueNs not before this time, for the entry and all after it with the same order key
   */
  void putBack(E entry, long dueNs, long nowNs);

  /** An entry that was out is finished, however it ended. */
  void done(E entry, long nowNs);

  /** Removes waiting and parked entries that match. Entries that are out are not touched. */
  void removeIf(Predicate<E> matches);

  /** How many entries could go now, if batches were closed at once. */
  int readyNow();

  /** How many entries wait or are parked. */
  int size();

  /**
   * When the next parked entry wakes, or the next batch can be taken: a time that has passed if one
   * can be taken now.
   *
   * @return {@link #NEVER} if neither will happen by itself
   */
  long nextChangeNs(BatchLimits limits);
}
