package io.penstock.server.crash;

import static java.util.Comparator.comparingInt;
import static java.util.Comparator.comparingLong;

import io.penstock.connector.PositionRanges;
import io.penstock.engine.Order;
import io.penstock.server.crash.Coverage.Committed;
import io.penstock.server.crash.Disturbance.Cause;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges a run by what was seen of it from outside, when everything produced is settled and committed.
 *
 * <ol>
 *   <li><b>Nothing lost</b>: each event has the results and the dead letter that are to be there.
 *   <li><b>Nothing committed too early</b>: whatever offsets covered when they were looked at, had
 *       its results and letters by then.
 *   <li><b>Nothing repeated that was committed</b>: no result or letter of an event was written after
 *       offsets were seen that covered it.
 *   <li><b>Nothing repeated without a reason</b>: between the two lies a disturbance that explains it;
 *       both have the same id, and no other result has it.
 *   <li><b>Order</b>: first occurrences of a key's (a lane's) results are in sequence; a worker goes
 *       back in it only after a disturbance; all of them are in one partition.
 *   <li><b>Dead letters</b> hold the original byte for byte, and the number of attempts.
 * </ol>
 */
final class DeliveryOracle {

  /** More of one sort would only hide the others. */
  private static final int MOST_OF_A_SORT = 8;

  private static final int TOPICS = 2;
  private static final long NEVER = Long.MAX_VALUE;
  private static final Set<Cause> ANY = EnumSet.allOf(Cause.class);

  private final History history;
  private final Map<String, List<String>> violations = new TreeMap<>();
  private final long[] coveredMs;
  private int duplicates;

  /**
   * A judgement.
   *
   * @param violations what is wrong; empty if all is well
   * @param duplicates how many results and letters came more than once, with a reason
   */
  record Verdict(List<String> violations, int duplicates) {}

  private DeliveryOracle(History history) {
    this.history = history;
    this.coveredMs = new long[history.produced.size()];
    Arrays.fill(coveredMs, NEVER);
  }

  static Verdict judge(History history) {
    DeliveryOracle oracle = new DeliveryOracle(history);
    oracle.coverages();
    oracle.results();
    oracle.letters();
    if (history.order != Order.NONE) {
      oracle.order();
    }
    List<String> all = new ArrayList<>();
    oracle.violations.forEach(
        (sort, list) -> {
          all.addAll(list.subList(0, Math.min(MOST_OF_A_SORT, list.size())));
          if (list.size() > MOST_OF_A_SORT) {
            all.add(sort + ": " + list.size() + " in all");
          }
        });
    return new Verdict(all, oracle.duplicates);
  }

  private void violated(String sort, String text) {
    violations.computeIfAbsent(sort, s -> new ArrayList<>()).add(sort + ": " + text);
  }

  private @Nullable Disturbance between(long fromMs, long toMs, Set<Cause> causes) {
    for (Disturbance disturbance : history.disturbances) {
      if (disturbance.touches(fromMs, toMs)
          && disturbance.causes().stream().anyMatch(causes::contains)) {
        return disturbance;
      }
    }
    return null;
  }

  // ---- what was committed when

  private void coverages() {
    Map<Integer, List<Produced>> partitions = new TreeMap<>();
    for (Produced event : history.produced) {
      partitions.computeIfAbsent(event.partition(), p -> new ArrayList<>()).add(event);
    }
    partitions.forEach(
        (partition, events) -> {
          events.sort(comparingLong(Produced::offset));
          coverages(partition, events);
        });
  }

  private void coverages(int partition, List<Produced> events) {
    int prefix = 0;
    Committed last = new Committed(0, PositionRanges.empty());
    for (Coverage coverage : history.coverages) {
      Committed now = coverage.partitions().get(partition);
      if (now == null || now.equals(last)) {
        continue;
      }
      if (now.position() < last.position()) {
        violated(
            "moved back",
            "partition " + partition + " from " + last.position() + " to " + now.position());
      }
      last = now;
      while (prefix < events.size() && events.get(prefix).offset() < now.position()) {
        covered(events.get(prefix++), coverage.seenMs());
      }
      if (!now.beyond().isEmpty()) {
        long end = now.beyond().to(now.beyond().size() - 1);
        for (int i = prefix; i < events.size() && events.get(i).offset() < end; i++) {
          if (now.beyond().contains(events.get(i).offset())) {
            covered(events.get(i), coverage.seenMs());
          }
        }
      }
    }
    for (Produced event : events) {
      if (!last.covers(event.offset())) {
        violated("not committed", event + ", committed is " + last);
      }
    }
  }

  private void covered(Produced event, long seenMs) {
    coveredMs[event.number()] = Math.min(coveredMs[event.number()], seenMs);
  }

  // ---- results

  private void results() {
    Map<Integer, List<Arrival>> byEvent = new HashMap<>();
    for (Arrival arrival : history.arrivals) {
      if (arrival.number() < 0 || arrival.number() >= history.produced.size()) {
        violated("unknown", arrival.toString());
      } else {
        byEvent.computeIfAbsent(arrival.number(), n -> new ArrayList<>(2)).add(arrival);
      }
    }
    Map<String, String> owners = new HashMap<>();
    for (Produced event : history.produced) {
      List<Arrival> all = byEvent.getOrDefault(event.number(), List.of());
      for (int topic = 0; topic < TOPICS; topic++) {
        int expected = event.kind().results(topic);
        for (int index = 0; index < expected; index++) {
          result(event, occurrences(all, topic, index));
        }
        for (Arrival arrival : all) {
          if (arrival.place().topic() == topic && arrival.index() >= expected) {
            violated("not to be there", arrival + " of " + event);
          }
        }
      }
      ids(all, owners);
    }
  }

  private static List<Arrival> occurrences(List<Arrival> all, int topic, int index) {
    return all.stream()
        .filter(a -> a.place().topic() == topic && a.index() == index)
        .sorted(comparingLong(Arrival::appendedMs).thenComparing(a -> a.place().offset()))
        .toList();
  }

  private void result(Produced event, List<Arrival> occurrences) {
    if (occurrences.isEmpty()) {
      violated("lost", event.toString());
      return;
    }
    long coveredAt = coveredMs[event.number()];
    if (occurrences.get(0).appendedMs() > coveredAt) {
      violated(
          "committed too early",
          event + " was covered at " + coveredAt + ", and then came " + occurrences.get(0));
    } else if (occurrences.get(occurrences.size() - 1).appendedMs() > coveredAt) {
      violated(
          "repeated though committed", event + " was covered at " + coveredAt + ": " + occurrences);
    }
    for (int i = 1; i < occurrences.size(); i++) {
      Arrival before = occurrences.get(i - 1);
      Arrival after = occurrences.get(i);
      duplicates++;
      if (between(before.appendedMs(), after.appendedMs(), reasons(before, after)) == null) {
        violated("repeated without a reason", before + " and " + after);
      }
    }
  }

  /** The same call's result can only be sent again, another call's is made again. */
  private static Set<Cause> reasons(Arrival before, Arrival after) {
    return before.worker() == after.worker() && before.invocation() == after.invocation()
        ? Set.of(Cause.SINK)
        : Set.of(Cause.OWNERSHIP);
  }

  private void ids(List<Arrival> ofOneEvent, Map<String, String> owners) {
    Map<Integer, String> ids = new HashMap<>();
    for (Arrival arrival : ofOneEvent) {
      String known = ids.putIfAbsent(arrival.index(), arrival.id());
      if (known != null && !known.equals(arrival.id())) {
        violated("another id", arrival + ", before it was " + known);
      }
      String name = arrival.number() + "/" + arrival.index();
      String owner = owners.putIfAbsent(arrival.id(), name);
      if (owner != null && !owner.equals(name)) {
        violated("an id of two", arrival.id() + " is of " + owner + " and of " + name);
      }
      String expected = TestRecord.expectedId(arrival.number());
      if (expected != null && !arrival.id().equals(expected + "/" + arrival.index())) {
        violated("not the producer's id", arrival + ", expected " + expected);
      }
    }
  }

  // ---- dead letters

  private void letters() {
    Map<Integer, List<Letter>> byEvent = new HashMap<>();
    for (Letter letter : history.letters) {
      byEvent.computeIfAbsent(letter.number(), n -> new ArrayList<>(1)).add(letter);
    }
    if (byEvent.containsKey(-1)) {
      violated("unknown", byEvent.get(-1).toString());
    }
    for (Produced event : history.produced) {
      List<Letter> all = new ArrayList<>(byEvent.getOrDefault(event.number(), List.of()));
      all.sort(comparingLong(Letter::appendedMs));
      letters(event, all);
    }
  }

  private void letters(Produced event, List<Letter> all) {
    if (all.isEmpty()) {
      if (event.kind().letter() != Produced.Letter.NONE) {
        violated("lost", "no dead letter of " + event);
      }
      return;
    }
    long coveredAt = coveredMs[event.number()];
    if (all.get(0).appendedMs() > coveredAt) {
      violated(
          "committed too early", event + " was covered at " + coveredAt + ", then " + all.get(0));
    } else if (all.get(all.size() - 1).appendedMs() > coveredAt) {
      violated("repeated though committed", event + " was covered at " + coveredAt + ": " + all);
    }
    for (int i = 0; i < all.size(); i++) {
      Letter letter = all.get(i);
      boolean ofSink = letter.sink() != null;
      if (event.kind().letter() == Produced.Letter.NONE
          || ofSink != (event.kind().letter() == Produced.Letter.SINK)) {
        violated("not to be there", letter + " of " + event);
      }
      if (letter.content() != Letter.Content.INTACT) {
        violated("a dead letter without its original", letter + " of " + event);
      }
      if (event.kind() == Produced.Kind.POISON && letter.attempts() != history.maxAttempts) {
        violated("given up too early or late", letter + " of " + event);
      }
      if (i > 0) {
        Letter before = all.get(i - 1);
        duplicates++;
        if (!before.id().equals(letter.id())) {
          violated("another id", before + " and " + letter);
        }
        if (between(before.appendedMs(), letter.appendedMs(), ANY) == null) {
          violated("repeated without a reason", before + " and " + letter);
        }
      }
    }
  }

  // ---- order

  private void order() {
    for (int topic = 0; topic < TOPICS; topic++) {
      Map<Integer, List<Arrival>> groups = new TreeMap<>();
      for (Arrival arrival : history.arrivals) {
        if (arrival.place().topic() == topic && arrival.number() < history.produced.size()) {
          Produced event = history.produced.get(arrival.number());
          int group = history.order == Order.LANE ? event.partition() : event.key();
          if (group != Produced.NO_KEY) {
            groups.computeIfAbsent(group, g -> new ArrayList<>()).add(arrival);
          }
        }
      }
      groups.forEach(this::order);
    }
  }

  private void order(int group, List<Arrival> arrivals) {
    arrivals.sort(
        comparingInt((Arrival a) -> a.place().partition()).thenComparing(a -> a.place().offset()));
    int partition = arrivals.get(0).place().partition();
    Arrival furthest = null;
    Set<Long> seen = new HashSet<>();
    Map<Integer, Arrival> byWorker = new HashMap<>();
    for (Arrival arrival : arrivals) {
      if (arrival.place().partition() != partition) {
        violated("in two partitions", name(group) + " in " + partition + ", and " + arrival);
        return;
      }
      boolean first = seen.add(rank(arrival));
      if (furthest == null || rank(arrival) > rank(furthest)) {
        furthest = arrival;
      } else if (first) {
        violated("out of order", name(group) + ": " + arrival + " came first after " + furthest);
      }
      Arrival before = byWorker.put(arrival.worker(), arrival);
      if (before != null
          && rank(arrival) <= rank(before)
          && between(before.appendedMs(), arrival.appendedMs(), ANY) == null) {
        violated("went back without a reason", name(group) + ": " + before + ", " + arrival);
      }
    }
  }

  private String name(int group) {
    return (history.order == Order.LANE ? "lane " : "key ") + group;
  }

  private long rank(Arrival arrival) {
    Produced event = history.produced.get(arrival.number());
    long place = history.order == Order.LANE ? event.offset() : event.sequence();
    return place * 8 + arrival.index();
  }
}
