package io.penstock.server.crash;

/**
 * Where a worker is to die.
 *
 * @param failpoint the name of the failpoint
 * @param hit when it is reached for the so manieth time, from 1
 * @param way how it dies
 */
record KillPoint(String failpoint, int hit, Way way) {

  /** How it dies. */
  enum Way {
    /** It ends itself on the spot, without any clean-up: as abrupt as SIGKILL, and exactly there. */
    HALT,
    /** The thread stays there for ever, others go on, until the parent sends SIGKILL. */
    FREEZE
  }

  @Override
  public String toString() {
    return way + " at " + failpoint + " #" + hit;
  }
}
