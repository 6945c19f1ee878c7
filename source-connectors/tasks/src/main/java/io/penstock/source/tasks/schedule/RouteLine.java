package io.penstock.source.tasks.schedule;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** The waiting tasks of one account and route. Of each order key only the first is ready. */
final class RouteLine {

  final String route;
  private final TreeSet<Ticket> ready = new TreeSet<>(Ticket.ORDER);
  private final Map<Long, Key> keys = new HashMap<>();
  private int waiting;

  /** Those that wait for one order key, and the one that has it. */
  private static final class Key {
    private final TreeMap<Long, Ticket> line = new TreeMap<>();
    private long holder;
    private boolean held;
  }

  RouteLine(String route) {
    this.route = route;
  }

  int waiting() {
    return waiting;
  }

  boolean isForgettable() {
    return waiting == 0 && keys.isEmpty();
  }

  @Nullable Ticket first() {
    return ready.isEmpty() ? null : ready.first();
  }

  void add(Ticket ticket) {
    waiting++;
    if (ticket.orderKey() == Ticket.NO_KEY) {
      ready.add(ticket);
      return;
    }
    Key key = keys.computeIfAbsent(ticket.orderKey(), any -> new Key());
    if (key.held && key.holder == ticket.number()) {
      key.held = false; // it is back
    }
    Ticket before = firstOf(key);
    key.line.put(ticket.number(), ticket);
    if (!key.held) {
      if (before != null) {
        ready.remove(before);
      }
      open(ticket.orderKey(), key);
    }
  }

  private static @Nullable Ticket firstOf(Key key) {
    return key.line.isEmpty() ? null : key.line.firstEntry().getValue();
  }

  /** Takes a ticket out, to run or because it is not wanted any more. */
  void remove(Ticket ticket) {
    waiting--;
    ready.remove(ticket);
    Key key = keys.get(ticket.orderKey());
    if (key == null) {
      return;
    }
    key.line.remove(ticket.number());
    open(ticket.orderKey(), key);
  }

  /** Takes a ticket out to run; nothing else of its key is ready until {@link #free}. */
  void take(Ticket ticket) {
    Key key = keys.get(ticket.orderKey());
    if (key != null) {
      key.held = true;
      key.holder = ticket.number();
    }
    remove(ticket);
  }

  /** Nothing of a ticket's key is ready until {@link #free}, or until the ticket is added. */
  void hold(Ticket ticket) {
    Key key = keys.computeIfAbsent(ticket.orderKey(), any -> new Key());
    Ticket first = firstOf(key);
    if (first != null) {
      ready.remove(first);
    }
    key.held = true;
    key.holder = ticket.number();
  }

  /** A ticket that was taken has ended. */
  void free(Ticket ticket) {
    Key key = keys.get(ticket.orderKey());
    if (key != null && key.held && key.holder == ticket.number()) {
      key.held = false;
      open(ticket.orderKey(), key);
    }
  }

  /** Nobody holds these keys any more. */
  void forgetKeys(LongPredicate which) {
    for (Map.Entry<Long, Key> entry : List.copyOf(keys.entrySet())) {
      if (entry.getValue().held && which.test(entry.getKey())) {
        entry.getValue().held = false;
        open(entry.getKey(), entry.getValue());
      }
    }
  }

  private void open(long name, Key key) {
    if (key.held) {
      return;
    }
    Ticket first = firstOf(key);
    if (first == null) {
      keys.remove(name);
    } else {
      ready.add(first);
    }
  }
}
