package io.penstock.server.worker;

import io.penstock.server.config.PlanMaker.Cause;
import java.util.List;

/** The worker didn't start, and nothing of it is left. Says everything that stood in the way. */
public final class WorkerStartException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Cause reason;

  @SuppressWarnings("serial") // made of immutable lists of texts, which are serializable
  private final List<String> lines;

  WorkerStartException(Cause reason, List<String> lines) {
    super(String.join("; ", lines));
    this.reason = reason;
    this.lines = List.copyOf(lines);
  }

  /** Whose fault it is. */
  public Cause reason() {
    return reason;
  }

  /** What stood in the way, for people. */
  public List<String> lines() {
    return lines;
  }
}
