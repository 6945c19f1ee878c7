package io.penstock.connector;

import java.util.Map;
import java.util.Set;

/**
 * What the engine can take now.
 *
 * @param events how many records at most; zero means none, but the source must still do what keeps
 *     its membership. A log source may go over it by what its client has already fetched, a queue
 *     source must not.
 * @param bytes how many bytes at most, with the same reading
 * @param saturatedRoutes routes that have no credit: a queue source hands over no record of them
 * @param credits how many records of each route that was named before would be begun soon; more of
 *     them would only wait
 */
public record Demand(
    int events, long bytes, Set<String> saturatedRoutes, Map<String, Integer> credits) {

  /** With nothing known of the routes that have credit. */
  public Demand(int events, long bytes, Set<String> saturatedRoutes) {
    this(events, bytes, saturatedRoutes, Map.of());
  }

  /** How many records of a route would be begun soon; 1 for one that was never named. */
  public int credit(String route) {
    return saturatedRoutes.contains(route) ? 0 : credits.getOrDefault(route, 1);
  }
}
