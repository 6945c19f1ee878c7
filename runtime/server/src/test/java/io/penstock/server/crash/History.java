package io.penstock.server.crash;

import io.penstock.engine.Order;
import java.util.ArrayList;
import java.util.List;

/** Everything that was seen of a run from outside. Confined to one thread. */
final class History {

  final Order order;
  final int maxAttempts;

  /** By number. */
  final List<Produced> produced = new ArrayList<>();

  /** In the order of each partition. */
  final List<Arrival> arrivals = new ArrayList<>();

  final List<Letter> letters = new ArrayList<>();

  /** In the order they were seen. */
  final List<Coverage> coverages = new ArrayList<>();

  final List<Disturbance> disturbances = new ArrayList<>();

  /**
   * An empty history.
   *
   * @param maxAttempts how often the function is to try an event that always fails
   */
  History(Order order, int maxAttempts) {
    this.order = order;
    this.maxAttempts = maxAttempts;
  }
}
