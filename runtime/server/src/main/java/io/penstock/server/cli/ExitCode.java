package io.penstock.server.cli;

import io.penstock.server.config.PlanMaker.Cause;

/** How a command ended. */
final class ExitCode {

  /** Good. */
  static final int OK = 0;

  /** It ran, and what it was to find out is bad: a test failed, an event of the demo is missing. */
  static final int FAILED = 1;

  /** A wrong command line or config. Nothing was started. */
  static final int CONFIG = 2;

  /** Something of this machine: a port in use, a locked folder. Nothing was started. */
  static final int ENVIRONMENT = 3;

  /** A bug in Penstock. */
  static final int BUG = 70;

  private ExitCode() {}

  static int of(Cause cause) {
    return cause == Cause.CONFIG ? CONFIG : ENVIRONMENT;
  }
}
