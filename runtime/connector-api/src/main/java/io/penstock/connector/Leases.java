package io.penstock.connector;

/**
 * Things that one worker at a time may own, however many workers share a state store. Thread-safe;
 * calls block until the store has answered, and a store that fails is a {@link ConnectorException}.
 */
public interface Leases {

  /**
   * Tries once to take a lease; does not wait for it.
   *
   * @param name what is owned, a key as {@link StateStore} describes
   */
  Answer acquire(String name);

  /** What became of an attempt to take a lease. */
  sealed interface Answer {

    /** It is ours until it is closed or lost. */
    record Granted(Lease lease) implements Answer {}

    /**
     * Somebody else has it.
     *
     * @param holder who, for people
     */
    record Held(String holder) implements Answer {}
  }

  /** Leases over a store that no other worker uses: each is granted, and none is ever lost. */
  static Leases ofSoleWorker(StateStore state) {
    return new SoleWorkerLeases(state);
  }
}
