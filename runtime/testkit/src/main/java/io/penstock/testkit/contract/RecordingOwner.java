package io.penstock.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneOwner;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.Source;
import io.penstock.connector.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Stands in for the engine towards a source: takes lanes and records, checks each against the
 * contract as it comes, keeps a naive ledger, and answers when lanes are to be given up. Belongs to
 * the thread that makes it, which is the intake thread of its source.
 */
public final class RecordingOwner implements LaneOwner {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration WAIT = Duration.ofMillis(50);

  /** A demand that is never in the way. */
  public static final Demand PLENTY = new Demand(1_000_000, Long.MAX_VALUE, Set.of());

  /** A demand for nothing. */
  public static final Demand NOTHING = new Demand(0, 0, Set.of());

  private final Thread intake = Thread.currentThread();
  private final Map<Lane, OwnedLane> owned = new LinkedHashMap<>();
  private final Map<Lane, List<SourceRecord>> taken = new HashMap<>();
  private final List<String> history = new ArrayList<>();
  private final Map<Lane, LaneStart> lastStarts = new HashMap<>();
  private UnaryOperator<CompletionStage<Map<Lane, LaneCommit>>> answer = UnaryOperator.identity();

  private static final class OwnedLane {
    private final LaneStart start;
    private final NavigableSet<Long> unsettled = new TreeSet<>();
    private long next;

    OwnedLane(LaneStart start) {
      this.start = start;
      this.next = start.position();
    }
  }

  /** An owner of nothing, for a source that is called on the current thread. */
  public RecordingOwner() {}

  private void checkThread() {
    assertThat(Thread.currentThread()).as("callbacks come on the intake thread").isSameAs(intake);
  }

  @Override
  public void assigned(Collection<LaneStart> starts) {
    checkThread();
    for (LaneStart start : starts) {
      history.add("assigned " + start.lane());
      assertThat(owned).as("a lane is assigned once").doesNotContainKey(start.lane());
      for (int i = 0; i < start.settled().size(); i++) {
        assertThat(start.settled().from(i))
            .as("what is settled lies beyond the first unsettled position")
            .isGreaterThan(start.position());
      }
      owned.put(start.lane(), new OwnedLane(start));
      lastStarts.put(start.lane(), start);
    }
  }

  @Override
  public CompletionStage<Map<Lane, LaneCommit>> revoking(Collection<Lane> lanes) {
    checkThread();
    Map<Lane, LaneCommit> commits = new HashMap<>();
    for (Lane lane : lanes) {
      history.add("revoking " + lane);
      commits.put(lane, commitOf(lane));
      owned.remove(lane);
    }
    return answer.apply(CompletableFuture.completedFuture(commits));
  }

  @Override
  public void lost(Collection<Lane> lanes) {
    checkThread();
    for (Lane lane : lanes) {
      history.add("lost " + lane);
      assertThat(owned.remove(lane)).as("lost lane %s was ours", lane).isNotNull();
    }
  }

  @Override
  public void commitFailed(Collection<Lane> lanes) {
    checkThread();
    lanes.forEach(lane -> history.add("commit failed " + lane));
  }

  /** Changes how a revocation is answered, for example later and from another thread. */
  public void answerRevocations(UnaryOperator<CompletionStage<Map<Lane, LaneCommit>>> how) {
    answer = how;
  }

  /** Polls a source once and takes what it hands over. */
  public List<LaneRecords> poll(Source source, Demand demand, Duration maxWait) {
    List<LaneRecords> polled = source.poll(demand, maxWait);
    polled.forEach(this::take);
    assertThat(polled.stream().map(LaneRecords::lane).distinct().count())
        .as("each lane once a poll")
        .isEqualTo(polled.size());
    return polled;
  }

  /** Polls until something is so, for 30 s at most. */
  public void pollUntil(Source source, String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline)
          .as("%s within %s; so far: %s, taken %s", what, LIMIT, history, counts())
          .isNegative();
      poll(source, PLENTY, WAIT);
    }
  }

  private void take(LaneRecords polled) {
    OwnedLane lane = lane(polled.lane());
    for (SourceRecord record : polled.records()) {
      assertThat(record.position())
          .as("positions of %s rise", polled.lane())
          .isGreaterThanOrEqualTo(lane.next);
      assertThat(record.sizeBytes()).as("size in bytes").isPositive();
      lane.next = record.position() + 1;
      if (!lane.start.settled().contains(record.position())) {
        lane.unsettled.add(record.position());
        taken.computeIfAbsent(polled.lane(), l -> new ArrayList<>()).add(record);
      }
    }
    assertThat(polled.nextPosition())
        .as("next position of %s is above all that was handed over", polled.lane())
        .isGreaterThanOrEqualTo(lane.next);
    lane.next = polled.nextPosition();
  }

  /** Settles one record of a lane that is ours. */
  public void settle(Lane lane, long position) {
    assertThat(lane(lane).unsettled.remove(position)).as("%s@%s was open", lane, position).isTrue();
  }

  /** Settles everything that was taken of lanes that are ours. */
  public void settleAll() {
    owned.values().forEach(lane -> lane.unsettled.clear());
  }

  /** How far a lane that is ours is settled: the prefix, and the ranges beyond it. */
  public LaneCommit commitOf(Lane name) {
    OwnedLane lane = lane(name);
    if (lane.unsettled.isEmpty()) {
      return withStart(lane, lane.next, PositionRanges.builder());
    }
    PositionRanges.Builder beyond = PositionRanges.builder();
    long previous = lane.unsettled.first();
    for (long open : lane.unsettled.tailSet(previous, false)) {
      if (open > previous + 1) {
        beyond.add(previous + 1, open);
      }
      previous = open;
    }
    if (lane.next > previous + 1) {
      beyond.add(previous + 1, lane.next);
    }
    return withStart(lane, lane.unsettled.first(), beyond);
  }

  /** Ranges that were settled before and are not reached yet stay settled. */
  private static LaneCommit withStart(
      OwnedLane lane, long position, PositionRanges.Builder beyond) {
    PositionRanges before = lane.start.settled();
    for (int i = 0; i < before.size(); i++) {
      long from = Math.max(before.from(i), lane.next);
      if (from < before.to(i) && from > position) {
        beyond.add(from, before.to(i));
      }
    }
    return new LaneCommit(position, beyond.build());
  }

  /** How far all lanes that are ours are settled. */
  public Map<Lane, LaneCommit> commits() {
    Map<Lane, LaneCommit> commits = new HashMap<>();
    owned.keySet().forEach(lane -> commits.put(lane, commitOf(lane)));
    return commits;
  }

  /** The engine moved a lane: begins it anew, as after {@code seek}. */
  public void moved(LaneStart start) {
    assertThat(owned).containsKey(start.lane());
    owned.put(start.lane(), new OwnedLane(start));
  }

  private OwnedLane lane(Lane name) {
    OwnedLane lane = owned.get(name);
    if (lane == null) {
      throw new AssertionError(name + " is not ours; ours are " + owned.keySet());
    }
    return lane;
  }

  /** The lanes that are ours. */
  public Set<Lane> owned() {
    return Set.copyOf(owned.keySet());
  }

  /** Where a lane began when it was last handed to us. */
  public LaneStart lastStart(Lane lane) {
    LaneStart start = lastStarts.get(lane);
    if (start == null) {
      throw new AssertionError(lane + " was never ours; so far: " + history);
    }
    return start;
  }

  /** The next position of a lane that is ours. */
  public long nextPosition(Lane lane) {
    return lane(lane).next;
  }

  /** What was taken of a lane, in order; what it began with as settled is left out. */
  public List<SourceRecord> taken(Lane lane) {
    return List.copyOf(taken.getOrDefault(lane, List.of()));
  }

  /** The payloads of what was taken of a lane, as text. */
  public List<String> texts(Lane lane) {
    return taken(lane).stream().map(record -> record.event().text()).toList();
  }

  /** How many records were taken. */
  public int count() {
    return taken.values().stream().mapToInt(List::size).sum();
  }

  private Map<String, Integer> counts() {
    Map<String, Integer> counts = new TreeMap<>();
    taken.forEach((lane, records) -> counts.put(lane.name(), records.size()));
    return counts;
  }

  /** What the source told, in order, for example {@code revoking orders-0}. */
  public List<String> history() {
    return List.copyOf(history);
  }
}
