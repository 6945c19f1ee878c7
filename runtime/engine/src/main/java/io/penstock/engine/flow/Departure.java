package io.penstock.engine.flow;

import io.penstock.engine.flow.Limit.Verdict;

/**
 * One that leaves a gate.
 *
 * @param startNs when it entered
 * @param endNs when it ended
 * @param events how many events it carried
 * @param verdict how it went
 * @param retryAfterNs how long the backend asked to wait, if it was throttled; 0 for nothing
 */
public record Departure(long startNs, long endNs, int events, Verdict verdict, long retryAfterNs) {

  /** One that was handled. */
  public static Departure served(long startNs, long endNs, int events) {
    return new Departure(startNs, endNs, events, Verdict.SERVED, 0);
  }
}
