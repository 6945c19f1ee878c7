package io.penstock.engine.order;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a ready queue must hold to, with a list for each key. Entries without a key have a line each.
 * It doesn't say which batch is taken, but whether a batch that was taken is right.
 */
final class NaiveOrder {

  /** The entries of one key. */
  private static final class Line {
    private final List<Item> waiting = new ArrayList<>();
    private final Set<Item> out = new HashSet<>();
    private long notBefore = Long.MIN_VALUE;

    /** Since when its first entry could go; null if it can't. */
    private Long readySince;
  }

  private final boolean keepsOrder;
  private final boolean oneKeyABatch;
  private final int maxPerKey;
  private final Map<Object, Line> lines = new HashMap<>();

  NaiveOrder(boolean keepsOrder, boolean oneKeyABatch, int maxPerKey) {
    this.keepsOrder = keepsOrder;
    this.oneKeyABatch = oneKeyABatch;
    this.maxPerKey = maxPerKey;
  }

  private Object keyOf(Item item) {
    return item.orderKey() == 0 || !keepsOrder ? item : (Object) item.orderKey();
  }

  private Line lineOf(Item item) {
    return lines.computeIfAbsent(keyOf(item), k -> new Line());
  }

  void add(Item item, long now) {
    lineOf(item).waiting.add(item);
    settleReady(now);
  }

  void putBack(Item item, long due, long now) {
    Line line = lineOf(item);
    check(line.out.remove(item), "put back, but not out: " + item);
    line.waiting.add(0, item);
    line.notBefore = Math.max(line.notBefore, due);
    settleReady(now);
  }

  void done(Item item, long now) {
    check(lineOf(item).out.remove(item), "done, but not out: " + item);
    settleReady(now);
  }

  void remove(Set<Item> items, long now) {
    lines.values().forEach(line -> line.waiting.removeAll(items));
    settleReady(now);
  }

  void wake(long now) {
    settleReady(now);
  }

  /** Notes since when each line can go. */
  private void settleReady(long now) {
    lines.values().removeIf(line -> line.waiting.isEmpty() && line.out.isEmpty());
    for (Line line : lines.values()) {
      boolean ready = line.out.isEmpty() && !line.waiting.isEmpty() && line.notBefore <= now;
      if (!ready) {
        line.readySince = null;
      } else if (line.readySince == null) {
        line.readySince = now;
      }
    }
  }

  void taken(List<Item> batch, BatchLimits limits, long now) {
    check(!batch.isEmpty(), "an empty batch");
    checkSize(batch, limits);
    Map<Object, Integer> perKey = new HashMap<>();
    for (Item item : batch) {
      Line line = lineOf(item);
      check(line.readySince != null, "taken, but not ready: " + item);
      check(line.waiting.get(0) == item, "taken before " + line.waiting.get(0) + ": " + item);
      line.waiting.remove(0);
      int taken = perKey.merge(keyOf(item), 1, Integer::sum);
      check(taken <= maxPerKey, "more than " + maxPerKey + " of the key of " + item);
    }
    check(!oneKeyABatch || perKey.size() == 1, "several keys in a batch: " + batch);
    batch.forEach(item -> lineOf(item).out.add(item));
    settleReady(now);
  }

  private static void checkSize(List<Item> batch, BatchLimits limits) {
    int cap = limits.maxEvents();
    long bytes = 0;
    for (Item item : batch) {
      cap = Math.min(cap, item.batchCap());
      bytes += item.sizeBytes();
    }
    check(batch.size() <= cap, "a batch of " + batch.size() + ", allowed are " + cap);
    check(batch.size() == 1 || bytes <= limits.maxBytes(), "a batch of " + bytes + " bytes");
  }

  /** Why a batch should have been taken; null if there is no reason. */
  String reasonToTake(BatchLimits limits, long now) {
    for (Line line : lines.values()) {
      if (line.readySince != null && now - line.readySince >= limits.maxWaitNs()) {
        return line.waiting.get(0) + " waits since " + line.readySince + ", it is " + now;
      }
    }
    return null;
  }

  int size() {
    return lines.values().stream().mapToInt(line -> line.waiting.size()).sum();
  }

  /** How many keys have entries that wait or are out. */
  int keys() {
    return (int) lines.keySet().stream().filter(k -> k instanceof Long).count();
  }

  List<Item> waiting() {
    return lines.values().stream().flatMap(line -> line.waiting.stream()).toList();
  }

  static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
