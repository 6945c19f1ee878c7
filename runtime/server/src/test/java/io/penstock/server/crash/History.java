package io.penstock.server.crash;

import io.penstock.engine.Order;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that was seen of a run from outside. Confined to one thread. */
final class History {

  final Order order;
  final int maxAttempts;

  /** By number. */
  final List<Produced> produced = new ArrayList<>();

  private final Map<Integer, Map<Long, Produced>> byPlace = new HashMap<>();
  private final Map<Integer, Integer> byWorker = new HashMap<>();

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

  /** Takes the next event down. */
  void produced(Produced event) {
    if (event.number() != produced.size()) {
      throw new IllegalArgumentException(event + " is not the next, " + produced.size());
    }
    produced.add(event);
    byPlace.computeIfAbsent(event.partition(), p -> new HashMap<>()).put(event.offset(), event);
  }

  /** Takes a result down. */
  void arrived(Arrival arrival) {
    arrivals.add(arrival);
    byWorker.merge(arrival.worker(), 1, Integer::sum);
  }

  /** How many results of a worker have arrived. */
  int arrivalsOf(int worker) {
    return byWorker.getOrDefault(worker, 0);
  }

  /** The event at a place of the input, or null. */
  @Nullable Produced find(int partition, long offset) {
    return byPlace.getOrDefault(partition, Map.of()).get(offset);
  }

  /** Every partition of the input that has events, with the offset after its last. */
  Map<Integer, Long> ends() {
    Map<Integer, Long> ends = new HashMap<>();
    for (Produced event : produced) {
      ends.merge(event.partition(), event.offset() + 1, Math::max);
    }
    return ends;
  }
}
