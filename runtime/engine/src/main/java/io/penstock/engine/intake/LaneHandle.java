package io.penstock.engine.intake;

import io.penstock.connector.Lane;
import io.penstock.connector.LaneStart;

/**
 * What the intake and the core both know of a lane they own. A lane that is given up and comes back,
 * or is sought to another place, gets a new handle, so that nothing of the old one can touch it.
 */
public abstract class LaneHandle {

  private final LaneStart start;
  private volatile boolean full;
  private volatile long lag = -1;

  /** A handle of a lane that begins here. */
  protected LaneHandle(LaneStart start) {
    this.start = start;
  }

  /** The lane. */
  public final Lane lane() {
    return start.lane();
  }

  /** Where it began. */
  public final LaneStart start() {
    return start;
  }

  /** Set by the core: hand over nothing of this lane for now. */
  public final void full(boolean isFull) {
    if (full != isFull) {
      full = isFull;
    }
  }

  final boolean isFull() {
    return full;
  }

  /** How many records the source still holds, -1 if not known; any thread. */
  public final long lag() {
    return lag;
  }

  final void lag(long records) {
    lag = records;
  }
}
