package io.penstock.source.tasks.desk;

import io.penstock.source.tasks.store.StoredTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much of each function's backlog is in memory: a bounded head, and a count of what lies behind
 * it in the store.
 */
final class Heads {

  /** A function of an account. */
  record Function(String account, String name) {
    static Function of(StoredTask task) {
      return new Function(task.spec().account(), task.spec().function());
    }
  }

  private static final int MAX_HEAD = 512;
  private static final int LOW_HEAD = 128;

  private static final class Head {
    private int inMemory;
    private long behind;

    boolean isHungry() {
      return behind > 0 && inMemory < LOW_HEAD;
    }
  }

  private final int maxTotal;
  private final Map<Function, Head> heads = new HashMap<>();
  private final Set<Function> hungry = new LinkedHashSet<>();
  private int total;

  Heads(int maxTotal) {
    this.maxTotal = maxTotal;
  }

  private Head head(Function function) {
    return heads.computeIfAbsent(function, key -> new Head());
  }

  private void changed(Function function, Head head) {
    if (head.isHungry()) {
      hungry.add(function);
    } else {
      hungry.remove(function);
      if (head.behind == 0 && head.inMemory == 0) {
        heads.remove(function);
      }
    }
  }

  /** How many more of a function may come into memory. */
  int room(Function function) {
    Head head = heads.get(function);
    int inHead = head == null ? 0 : head.inMemory;
    // Somebody who has little in memory gets some room whatever the others have.
    int free = total < maxTotal ? MAX_HEAD : LOW_HEAD / 4;
    return Math.max(0, Math.min(MAX_HEAD, free) - inHead);
  }

  /** Whether a task that has just been handed in can be kept in memory at once. */
  boolean takesNew(Function function) {
    Head head = heads.get(function);
    return (head == null || head.behind == 0) && room(function) > 0;
  }

  void entered(Function function) {
    Head head = head(function);
    head.inMemory++;
    total++;
    changed(function, head);
  }

  void left(Function function) {
    Head head = head(function);
    head.inMemory--;
    total--;
    changed(function, head);
  }

  void behind(Function function, long more) {
    Head head = head(function);
    head.behind = Math.max(0, head.behind + more);
    changed(function, head);
  }

  /** At least one lies behind what is in memory, or may. */
  void somethingBehind(Function function) {
    behind(function, behind(function) == 0 ? 1 : 0);
  }

  /** Nothing lies behind what is in memory. */
  void nothingBehind(Function function) {
    behind(function, Long.MIN_VALUE / 2);
  }

  int inMemory(Function function) {
    Head head = heads.get(function);
    return head == null ? 0 : head.inMemory;
  }

  long behind(Function function) {
    Head head = heads.get(function);
    return head == null ? 0 : head.behind;
  }

  /** Some of the functions of which more should come into memory; others the next time. */
  List<Function> hungry(int most) {
    List<Function> some = new ArrayList<>();
    for (Function function : hungry) {
      if (some.size() < most && room(function) > 0) {
        some.add(function);
      }
    }
    hungry.removeAll(some);
    hungry.addAll(some); // at the end
    return some;
  }

  /** Every function with anything that waits in the store or in memory. */
  Set<Function> functions() {
    return Set.copyOf(heads.keySet());
  }
}
