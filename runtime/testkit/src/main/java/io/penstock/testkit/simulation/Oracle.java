package io.penstock.testkit.simulation;

import io.penstock.connector.LaneCommit;
import io.penstock.connector.PositionRanges;
import io.penstock.engine.Order;
import io.penstock.engine.WindowPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the engine from outside: what was produced, invoked, delivered, dead-lettered, committed.
 * It keeps plain sets and maps and goes through all of them again each time, to be obviously right.
 */
final class Oracle {

  private final Setup setup;
  private final Map<String, List<SimRecord>> log = new TreeMap<>();
  private final Map<String, SimRecord> byId = new HashMap<>();

  /** What each success sink has: event id to result indexes. */
  private final List<Map<String, Set<Integer>>> delivered = new ArrayList<>();

  /** What each failure sink has. */
  private final List<Set<String>> deadLettered = new ArrayList<>();

  /** Events that failed often enough, or in a way, that they may be given up. */
  private final Set<String> mayBeGivenUp = new HashSet<>();

  /** Sinks and events that they refused for good. */
  private final Set<String> rejected = new HashSet<>();

  private final Map<String, LaneCommit> committed = new HashMap<>();
  private final Map<String, Integer> failedAttempts = new HashMap<>();

  private @Nullable AssertionError firstWrong;

  Oracle(Setup setup) {
    this.setup = setup;
    setup.sinks().forEach(s -> delivered.add(new HashMap<>()));
    int failureSinks = setup.failure() == Setup.Failure.TWO_SINKS ? 2 : 1;
    for (int i = 0; i < failureSinks; i++) {
      deadLettered.add(new HashSet<>());
    }
  }

  void produced(SimRecord record) {
    log.computeIfAbsent(record.lane(), l -> new ArrayList<>()).add(record);
    byId.put(record.id(), record);
  }

  SimRecord record(String id) {
    SimRecord record = byId.get(id);
    if (record == null) {
      throw new AssertionError("an event that was never produced: " + id);
    }
    return record;
  }

  // ---- what the engine does

  /** A worker hands an event to the function; it must not have been committed when it got the lane. */
  void invoked(String id, List<String> batch, LaneCommit atAssignment) {
    SimRecord record = record(id);
    check(
        !covers(atAssignment, record.position()),
        () -> "settled and committed before, but invoked again: " + id + " " + atAssignment);
    check(record.kind() != SimRecord.Kind.FILTERED, "filtered, but invoked: " + id);
    List<String> before = batch.subList(0, batch.indexOf(id));
    checkOrder(record, earlier -> before.contains(earlier.id()), "invoked");
  }

  /** The function failed for an event in a way that counts. Answers how often that was. */
  void attemptFailed(String session, String id) {
    int failures = failedAttempts.merge(session + " " + id, 1, Integer::sum);
    if (failures >= Setup.MAX_ATTEMPTS) {
      mayBeGivenUp.add(id);
    }
  }

  /** From now on the event may go to the failure sinks. */
  void mayBeGivenUp(String id) {
    mayBeGivenUp.add(id);
  }

  void delivered(int sink, String resultId) {
    String id = resultId;
    int index = 0;
    if (setup.hasFunction()) {
      int slash = resultId.lastIndexOf('/');
      id = resultId.substring(0, slash);
      index = Integer.parseInt(resultId.substring(slash + 1));
    }
    SimRecord record = record(id);
    Set<Integer> results = delivered.get(sink).computeIfAbsent(id, i -> new HashSet<>());
    if (results.isEmpty()) {
      checkOrder(
          record,
          earlier -> isCompleteAt(sink, earlier) || rejected.contains(sink + " " + earlier.id()),
          "delivered to sink " + sink);
    }
    results.add(index);
    check(index < results(record), "a result that the function never made: " + resultId);
  }

  /** A success sink will never take a result of this event. */
  void rejected(int sink, String id) {
    rejected.add(sink + " " + id);
    mayBeGivenUp.add(id);
  }

  void deadLettered(int sink, String id, String code) {
    SimRecord record = record(id);
    boolean allowed =
        mayBeGivenUp.contains(id)
            || record.kind() == SimRecord.Kind.UNREADABLE
            || code.equals("EXPIRED")
            || code.equals("HEAD_OF_LINE");
    check(allowed, "dead-lettered without cause (" + code + "): " + id);
    deadLettered.get(sink).add(id);
  }

  /** A commit is stored: nothing in it may be unaccounted for. */
  void committed(String lane, LaneCommit commit) {
    LaneCommit before = committed.put(lane, commit);
    for (SimRecord record : log.getOrDefault(lane, List.of())) {
      if (covers(commit, record.position())) {
        check(
            isAccountedFor(record),
            () ->
                "committed but neither delivered, filtered, dead-lettered nor dropped: "
                    + record
                    + " by "
                    + commit
                    + " after "
                    + before);
      }
    }
  }

  LaneCommit committed(String lane) {
    return committed.getOrDefault(lane, new LaneCommit(0, PositionRanges.empty()));
  }

  private static boolean covers(LaneCommit commit, long position) {
    return position < commit.position() || commit.settledBeyond().contains(position);
  }

  // ---- what must hold

  private int results(SimRecord record) {
    return setup.hasFunction() ? record.results() : 1;
  }

  private boolean isAccountedFor(SimRecord record) {
    if (record.kind() == SimRecord.Kind.FILTERED) {
      return true;
    }
    boolean everywhere = true;
    for (Map<String, Set<Integer>> sink : delivered) {
      everywhere &= sink.getOrDefault(record.id(), Set.of()).size() == results(record);
    }
    boolean handled = !delivered.isEmpty() && results(record) > 0 ? everywhere : wasHandled(record);
    if (handled) {
      return true;
    }
    return setup.failure() == Setup.Failure.DROP
        ? mayBeGivenUp.contains(record.id())
            || record.kind() == SimRecord.Kind.UNREADABLE
            || expires()
        : deadLettered.stream().allMatch(sink -> sink.contains(record.id()));
  }

  private boolean expires() {
    return setup.delivery().retry().maxAge().isPresent();
  }

  private final Set<String> handled = new HashSet<>();

  /** The function answered that an event is done. */
  void handled(String id) {
    handled.add(id);
  }

  private boolean wasHandled(SimRecord record) {
    return handled.contains(record.id());
  }

  /** Whatever comes before in the same lane or key must be settled, or as far as this one is. */
  private void checkOrder(SimRecord record, Predicate<SimRecord> isAsFar, String what) {
    if (!keepsOrder(record)) {
      return;
    }
    for (SimRecord earlier : log.getOrDefault(record.lane(), List.of())) {
      if (earlier.position() >= record.position()) {
        return;
      }
      boolean bound =
          setup.delivery().order() == Order.LANE || earlier.keyText().equals(record.keyText());
      if (bound && earlier.kind() != SimRecord.Kind.UNREADABLE) {
        check(
            isAccountedFor(earlier) || isAsFar.test(earlier),
            () -> record + " was " + what + " before " + earlier);
      }
    }
  }

  /** An evicted event leaves the line, as the user chose. */
  private boolean keepsOrder(SimRecord record) {
    return switch (setup.delivery().order()) {
      case NONE -> false;
      case LANE -> !evicts();
      case KEY -> !record.keyText().isEmpty() && !evicts();
    };
  }

  private boolean evicts() {
    return setup.delivery().window().whenFull() == WindowPolicy.WhenFull.DEAD_LETTER;
  }

  private boolean isCompleteAt(int sink, SimRecord record) {
    return results(record) == 0
        ? wasHandled(record)
        : delivered.get(sink).getOrDefault(record.id(), Set.of()).size() == results(record);
  }

  /** Everything has come to its end. */
  void checkEnd() {
    log.forEach(
        (lane, records) -> {
          for (SimRecord record : records) {
            check(isAccountedFor(record), "lost: " + record);
            check(
                covers(committed(lane), record.position()),
                "never committed: " + record + " by " + committed(lane));
          }
        });
  }

  boolean isAllCommitted() {
    for (Map.Entry<String, List<SimRecord>> lane : log.entrySet()) {
      long last = lane.getValue().get(lane.getValue().size() - 1).position();
      if (committed(lane.getKey()).position() <= last) {
        return false;
      }
    }
    return true;
  }

  private void check(boolean holds, String otherwise) {
    check(holds, () -> otherwise);
  }

  /** Remembers what is wrong too: the engine survives what a function or a sink throws. */
  private void check(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      AssertionError wrong = new AssertionError(otherwise.get());
      firstWrong = firstWrong == null ? wrong : firstWrong;
      throw wrong;
    }
  }

  /** Throws what was found wrong first, if anything was. */
  void checkNothingWasWrong() {
    if (firstWrong != null) {
      throw firstWrong;
    }
  }

  static void require(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise.get());
    }
  }
}
