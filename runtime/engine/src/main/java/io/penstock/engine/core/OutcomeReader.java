package io.penstock.engine.core;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.InvocationResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings outcomes and the works of a batch together, by place or by event id. */
final class OutcomeReader {

  private OutcomeReader() {}

  /**
   * The outcome of each work, in their order.
   *
   * @return null if there isn't exactly one for each
   */
  static @Nullable List<EventOutcome> inOrder(List<Work> batch, InvocationResult result) {
    if (result instanceof InvocationResult.InOrder inOrder) {
      return count(inOrder) == batch.size() ? inOrder.outcomes() : null;
    }
    Map<String, EventOutcome> byId = ((InvocationResult.ById) result).outcomes();
    List<EventOutcome> outcomes = new ArrayList<>(batch.size());
    Set<String> named = new HashSet<>();
    for (Work work : batch) {
      String id = work.readableEvent().id();
      EventOutcome outcome = byId.get(id);
      if (outcome == null) {
        return null;
      }
      named.add(id);
      outcomes.add(outcome);
    }
    return named.size() == byId.size() ? outcomes : null;
  }

  /** How many outcomes there are, none if one of them is null. */
  private static int count(InvocationResult.InOrder inOrder) {
    for (EventOutcome outcome : inOrder.outcomes()) {
      if (outcome == null) {
        return 0;
      }
    }
    return inOrder.outcomes().size();
  }

  /** What is wrong with outcomes that can't be read. */
  static String complaint(String function, List<Work> batch, InvocationResult result) {
    if (result instanceof InvocationResult.InOrder inOrder) {
      return function + " gave " + count(inOrder) + " outcomes for " + batch.size() + " events";
    }
    Set<String> known = new HashSet<>();
    Set<String> missing = new HashSet<>();
    Map<String, EventOutcome> byId = ((InvocationResult.ById) result).outcomes();
    for (Work work : batch) {
      known.add(work.readableEvent().id());
      if (!byId.containsKey(work.readableEvent().id())) {
        missing.add(work.readableEvent().id());
      }
    }
    Set<String> unknown = new HashSet<>(byId.keySet());
    unknown.removeAll(known);
    return function + " gave no outcome for " + some(missing) + ", unknown are " + some(unknown);
  }

  private static String some(Set<String> ids) {
    return ids.size() + " ids" + ids.stream().sorted().limit(3).toList();
  }
}
