package io.penstock.engine.ledger;

import io.penstock.connector.PositionRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** A ledger of plain sets that looks at everything each time, to be obviously right. */
final class NaiveLedger {

  private final PositionRanges settledBefore;
  private final TreeMap<Long, String> admitted = new TreeMap<>();
  private final TreeSet<Long> settled = new TreeSet<>();
  private long next;

  NaiveLedger(long position, PositionRanges settledBefore) {
    this.next = position;
    this.settledBefore = settledBefore;
  }

  /** Answers whether the position was settled before. */
  boolean admit(long position, String item) {
    admitted.put(position, item);
    next = position + 1;
    boolean before = settledBefore.contains(position);
    if (before) {
      settled.add(position);
    }
    return before;
  }

  boolean settle(long position) {
    return settled.add(position);
  }

  void advanceTo(long position) {
    next = Math.max(next, position);
  }

  long next() {
    return next;
  }

  List<String> unsettled() {
    List<String> items = new ArrayList<>();
    admitted.forEach(
        (position, item) -> {
          if (!settled.contains(position)) {
            items.add(item);
          }
        });
    return items;
  }

  long committable() {
    for (long position : admitted.keySet()) {
      if (!settled.contains(position)) {
        return position;
      }
    }
    return next;
  }

  int span() {
    return admitted.tailMap(committable()).size();
  }

  int settledInSpan() {
    return span() - unsettled().size();
  }

  /** Whether the position need not be handled again once the lane's account is stored. */
  boolean isSettled(long position) {
    return position < next ? settled.contains(position) : settledBefore.contains(position);
  }

  /** Whether there is a record at this position that still has to be handled. */
  boolean isUnsettled(long position) {
    return admitted.containsKey(position) && !settled.contains(position);
  }

  /** Every position where something could change: admitted ones, the ends of ranges, and neighbours. */
  TreeSet<Long> interesting() {
    TreeSet<Long> positions = new TreeSet<>();
    for (long position : admitted.keySet()) {
      addAround(positions, position);
    }
    addAround(positions, next);
    for (int i = 0; i < settledBefore.size(); i++) {
      addAround(positions, settledBefore.from(i));
      addAround(positions, settledBefore.to(i));
    }
    return positions;
  }

  private static void addAround(TreeSet<Long> positions, long position) {
    positions.add(Math.max(0, position - 1));
    positions.add(position);
    positions.add(position + 1);
  }

  @Override
  public String toString() {
    return "next=" + next + ", admitted=" + admitted.keySet() + ", settled=" + settled;
  }
}
