package io.penstock.server.cli;

import io.penstock.server.config.PlanMaker.Cause;

/** How a command ended. */
final class ExitCode {

  /** Good. */
  static final int OK = 0;

  /** Not every event of the demo arrived, or a bug: see what was printed. */
  static final int FAILED = 1;

  /** A wrong command line or config. Nothing was started. */
  static final int CONFIG = 2;

  /** Something of this machine: a port in use, a locked folder. Nothing was started. */
  static final int ENVIRONMENT = 3;

  private ExitCode() {}

  static int of(Cause cause) {
    return cause == Cause.CONFIG ? CONFIG : ENVIRONMENT;
  }
}
