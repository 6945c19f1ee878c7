package io.penstock.source.tasks.state;

/**
 * Where the results of a task stand, or the report of its failure; apart from what became of the task
 * itself. The codes are stored: never reuse one.
 */
public enum DeliveryState {
  /** There is nothing to deliver yet. */
  PENDING(1),
  /** It is on its way to the sinks. */
  DELIVERING(2),
  /** Every sink has it, or there was none. */
  DELIVERED(3),
  /** A sink refused it and the failure sinks have it. */
  DEAD_LETTERED(4),
  /** It has come to its end in the store, and sinks are yet to be told. */
  OWED(5);

  private final int code;

  DeliveryState(int code) {
    this.code = code;
  }

  /** What is stored. */
  public int code() {
    return code;
  }

  /**
   * The state with that code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static DeliveryState of(int code) {
    for (DeliveryState state : values()) {
      if (state.code == code) {
        return state;
      }
    }
    throw new IllegalArgumentException("no delivery state has the code " + code);
  }

  /** Whether it may go on to that state. */
  public boolean mayBecome(DeliveryState next) {
    return switch (this) {
      case PENDING -> next != PENDING;
      // After a crash the function runs again, and so does the delivery.
      case DELIVERING -> next != DELIVERING;
      // Only a task that runs again before takes it back.
      case OWED -> next != OWED && next != DELIVERING;
      // Only a task that runs again delivers again.
      case DELIVERED, DEAD_LETTERED -> next == PENDING;
    };
  }
}
