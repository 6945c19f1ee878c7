package io.penstock.source.tasks.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One account: its queues, and how much it has had. */
final class Account {

  static final Comparator<Account> ORDER =
      Comparator.<Account>comparingDouble(a -> a.virtualNs).thenComparing(a -> a.name);

  final String name;
  double weight = 1;

  /** The processing time it has had, divided by its weight; never changed while it is in a set. */
  double virtualNs;

  int running;
  private final Map<String, Integer> runningOf = new HashMap<>(); // by route
  private final Flow common = new Flow();
  private final Map<String, Flow> own = new HashMap<>();
  private int waiting;

  Account(String name) {
    this.name = name;
  }

  boolean isActive() {
    return waiting > 0 || running > 0;
  }

  int waiting() {
    return waiting;
  }

  Flow flow(String route) {
    return own.getOrDefault(route, common);
  }

  void add(Ticket ticket) {
    Flow flow = flow(ticket.route());
    if (flow.waiting() == 0) {
      flow.virtualNs = Math.max(flow.virtualNs, leastVirtualNs());
    }
    flow.add(ticket);
    waiting++;
  }

  private double leastVirtualNs() {
    double least = Double.POSITIVE_INFINITY;
    if (common.waiting() > 0) {
      least = common.virtualNs;
    }
    for (Flow flow : own.values()) {
      if (flow.waiting() > 0) {
        least = Math.min(least, flow.virtualNs);
      }
    }
    return least == Double.POSITIVE_INFINITY ? 0 : least;
  }

  void remove(Ticket ticket) {
    flow(ticket.route()).remove(ticket);
    waiting--;
  }

  void take(Ticket ticket) {
    flow(ticket.route()).take(ticket);
    waiting--;
    running++;
    runningOf.merge(ticket.route(), 1, Integer::sum);
  }

  /** What was taken has ended, or comes back later. */
  void ended(Ticket ticket) {
    running--;
    runningOf.computeIfPresent(ticket.route(), (route, count) -> count == 1 ? null : count - 1);
  }

  /** Whether nothing runs of the queue that a route belongs to, while something of another does. */
  boolean isResting(String route) {
    if (own.isEmpty()) {
      return false;
    }
    if (own.containsKey(route)) {
      return !runningOf.containsKey(route);
    }
    return own.keySet().containsAll(runningOf.keySet());
  }

  /** The ticket that is next; null if none may go. */
  @Nullable Ticket first(Predicate<Ticket> mayGo) {
    if (own.isEmpty()) {
      return common.first(mayGo);
    }
    List<Flow> flows = new ArrayList<>(own.values());
    flows.add(common);
    Ticket best = null;
    double bestNs = Double.POSITIVE_INFINITY;
    for (Flow flow : flows) {
      Ticket first = flow.first(mayGo);
      if (first != null
          && (best == null
              || flow.virtualNs < bestNs
              || flow.virtualNs == bestNs && Ticket.ORDER.compare(first, best) < 0)) {
        best = first;
        bestNs = flow.virtualNs;
      }
    }
    return best;
  }

  void forgetKeys(LongPredicate keys) {
    common.forgetKeys(keys);
    own.values().forEach(flow -> flow.forgetKeys(keys));
  }

  boolean hasOwn(String route) {
    return own.containsKey(route);
  }

  /** Gives a function a queue of its own. */
  void separate(String route) {
    if (!own.containsKey(route)) {
      Flow flow = new Flow();
      flow.virtualNs = leastVirtualNs();
      common.move(route, flow);
      own.put(route, flow);
    }
  }

  /** Takes a function's own queue back. */
  void join(String route) {
    Flow flow = own.remove(route);
    if (flow != null) {
      flow.move(route, common);
    }
  }

  /** Whether it is as good as new; a task that comes back may still hold an order key. */
  boolean isForgettable() {
    return own.isEmpty() && common.isForgettable();
  }
}
