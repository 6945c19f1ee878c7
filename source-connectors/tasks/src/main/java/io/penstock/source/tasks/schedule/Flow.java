package io.penstock.source.tasks.schedule;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A queue of one account: that of a single function, or of all its functions that have none of their
 * own. The account's time is shared equally among its queues.
 */
final class Flow {

  double virtualNs;
  private final Map<String, RouteLine> lines = new HashMap<>();

  /** Lines by their first ticket. */
  private final TreeMap<Ticket, RouteLine> byFirst = new TreeMap<>(Ticket.ORDER);

  private int waiting;

  int waiting() {
    return waiting;
  }

  int waiting(String route) {
    RouteLine line = lines.get(route);
    return line == null ? 0 : line.waiting();
  }

  private interface Change {
    void on(RouteLine line);
  }

  private void change(String route, Change change) {
    RouteLine line = lines.computeIfAbsent(route, RouteLine::new);
    Ticket before = line.first();
    waiting -= line.waiting();
    change.on(line);
    waiting += line.waiting();
    Ticket after = line.first();
    if (before != after) {
      if (before != null) {
        byFirst.remove(before);
      }
      if (after != null) {
        byFirst.put(after, line);
      }
    }
    if (line.isForgettable()) {
      lines.remove(route);
    }
  }

  void add(Ticket ticket) {
    change(ticket.route(), line -> line.add(ticket));
  }

  void remove(Ticket ticket) {
    change(ticket.route(), line -> line.remove(ticket));
  }

  void take(Ticket ticket) {
    change(ticket.route(), line -> line.take(ticket));
  }

  void hold(Ticket ticket) {
    change(ticket.route(), line -> line.hold(ticket));
  }

  void free(Ticket ticket) {
    change(ticket.route(), line -> line.free(ticket));
  }

  void forgetKeys(LongPredicate keys) {
    for (String route : List.copyOf(lines.keySet())) {
      change(route, line -> line.forgetKeys(keys));
    }
  }

  /** The first ticket that may go; lines are asked about by their first ticket alone. */
  @Nullable Ticket first(Predicate<Ticket> mayGo) {
    for (Ticket ticket : byFirst.keySet()) {
      if (mayGo.test(ticket)) {
        return ticket;
      }
    }
    return null;
  }

  /** Moves the line of a route to another flow. */
  void move(String route, Flow to) {
    RouteLine line = lines.remove(route);
    if (line == null) {
      return;
    }
    Ticket first = line.first();
    if (first != null) {
      byFirst.remove(first);
      to.byFirst.put(first, line);
    }
    waiting -= line.waiting();
    to.waiting += line.waiting();
    to.lines.put(route, line);
  }

  boolean isForgettable() {
    return lines.isEmpty();
  }
}
