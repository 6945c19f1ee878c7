package io.penstock.server.worker;

import io.penstock.server.config.PlanMaker.Cause;
import io.penstock.server.errors.StartCode;
import io.penstock.server.errors.StartProblem;
import java.util.List;
import java.util.stream.Collectors;

/** The worker didn't start, and nothing of it is left. Says everything that stood in the way. */
public final class WorkerStartException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Cause reason;

  @SuppressWarnings("serial") // made of immutable lists of texts, which are serializable
  private final List<StartProblem> problems;

  WorkerStartException(Cause reason, List<StartProblem> problems) {
    super(problems.stream().map(StartProblem::text).collect(Collectors.joining("; ")));
    this.reason = reason;
    this.problems = List.copyOf(problems);
  }

  WorkerStartException(StartCode code, Throwable cause) {
    this(Cause.ENVIRONMENT, List.of(new StartProblem(code, String.valueOf(cause.getMessage()))));
  }

  /** Whose fault it is. */
  public Cause reason() {
    return reason;
  }

  /** What stood in the way. */
  public List<StartProblem> problems() {
    return problems;
  }
}
