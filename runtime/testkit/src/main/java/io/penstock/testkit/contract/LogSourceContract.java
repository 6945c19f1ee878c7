package io.penstock.testkit.contract;

import static io.penstock.testkit.contract.RecordingOwner.NOTHING;
import static io.penstock.testkit.contract.RecordingOwner.PLENTY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.LogSource;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import io.penstock.testkit.contract.LogEnvironment.Entry;
import io.penstock.testkit.contract.LogEnvironment.Feature;
import io.penstock.testkit.contract.LogEnvironment.Log;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What every {@link LogSource} must do. A subclass brings the {@link LogEnvironment}. Each test is
 * the source's intake thread; how lanes move between sources is in {@link LaneSharingContract}.
 */
public abstract class LogSourceContract extends LogSourceFixture {

  /** Slack for a thread that doesn't run when it should on a busy machine. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  /** For subclasses. */
  protected LogSourceContract() {}

  @Test
  void handsOverEveryRecordOfEachLaneInOrder() {
    Log log = newLog(3);
    for (Lane lane : log.lanes()) {
      log.append(lane, entries(0, 300));
    }
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(log, owner);

    owner.pollUntil(source, "all records", () -> hasAll(owner, 300 * log.lanes().size()));

    for (Lane lane : log.lanes()) {
      assertThat(owner.texts(lane)).containsExactlyElementsOf(values(0, 300));
    }
    assertThat(owner.history()).allMatch(step -> step.startsWith("assigned"));
  }

  @Test
  void handsOverRecordsThatAreAddedWhileItPolls() {
    Log log = newLog(1);
    Lane lane = log.lanes().get(0);
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(log, owner);
    owner.pollUntil(source, "the lane", () -> ownsAll(owner, log));

    log.append(lane, entries(0, 10));
    owner.pollUntil(source, "the first", () -> hasAll(owner, 10));
    log.append(lane, entries(10, 20));
    owner.pollUntil(source, "the second", () -> hasAll(owner, 20));

    assertThat(owner.texts(lane)).containsExactlyElementsOf(values(0, 20));
  }

  @Test
  void describesEachRecordAsAnEvent() {
    Log log = newLog(1);
    Lane lane = log.lanes().get(0);
    log.append(lane, List.of(new Entry("k", "a"), new Entry("k", "b"), new Entry(null, "c")));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(log, owner);
    owner.pollUntil(source, "three records", () -> hasAll(owner, 3));

    List<SourceRecord> records = owner.taken(lane);
    for (SourceRecord record : records) {
      Event event = record.event();
      assertThat(event.id()).isNotEmpty();
      assertThat(event.source()).isNotEmpty();
      assertThat(event.type()).isNotEmpty();
      assertThat(event.subject()).isNotNull();
      assertThat(event.time()).isNotNull();
      assertThat(event.dataContentType()).isNotNull();
      assertThat(event.extensions()).doesNotContainValue(null);
      assertThat(event.extensions().keySet()).allMatch(name -> name.matches("[a-z0-9]+"));
      assertThat(record.event()).as("the same each time").isSameAs(event);
      assertThat(record.original().value()).isEqualTo(event.data());
      assertThat(record.route()).isNull();
    }
    assertThat(records.stream().map(record -> record.event().id())).doesNotHaveDuplicates();
    if (environment.features().contains(Feature.KEYS)) {
      assertThat(records.get(0).orderKey())
          .isEqualTo(records.get(1).orderKey())
          .isEqualTo(OrderKeys.of("k"));
      assertThat(records.get(2).orderKey()).isEqualTo(SourceRecord.NO_ORDER_KEY);
      assertThat(records.get(0).original().key()).isEqualTo("k".getBytes(StandardCharsets.UTF_8));
      assertThat(records.get(2).original().key()).isNull();
    }
  }

  @Test
  void handsOverNothingWithoutDemand() {
    Log log = newLog(2);
    for (Lane lane : log.lanes()) {
      log.append(lane, entries(0, 2_000));
    }
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(log, owner);
    owner.pollUntil(source, "a first record", () -> hasAll(owner, 1));

    for (int i = 0; i < 20; i++) {
      for (LaneRecords polled : owner.poll(source, NOTHING, Duration.ofMillis(20))) {
        assertThat(polled.records()).isEmpty();
      }
    }
    assertThat(owner.owned()).containsAll(log.lanes());

    owner.pollUntil(source, "the rest", () -> hasAll(owner, 2_000 * log.lanes().size()));
    for (Lane lane : log.lanes()) {
      assertThat(owner.texts(lane)).containsExactlyElementsOf(values(0, 2_000));
    }
  }

  @Test
  void returnsFromPollInTime() {
    Log log = newLog(1);
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(log, owner);
    owner.pollUntil(source, "the lane", () -> ownsAll(owner, log));

    for (Duration maxWait : List.of(Duration.ZERO, Duration.ofMillis(50))) {
      long begin = System.nanoTime();
      assertThat(owner.poll(source, PLENTY, maxWait)).allMatch(p -> p.records().isEmpty());
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(maxWait.plus(SLACK));
    }
  }

  @Test
  void keepsPausedLanesBackAndGoesOnWhereTheyStood() {
    Log log = newLog(2);
    Lane paused = log.lanes().get(0);
    List<Lane> others = log.lanes().subList(1, log.lanes().size());
    log.lanes().forEach(lane -> log.append(lane, entries(0, 3_000)));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(log, owner);
    owner.pollUntil(source, "a first record", () -> !owner.taken(paused).isEmpty());

    source.pause(List.of(paused));
    int before = owner.taken(paused).size();
    pollOthers(source, owner, others, 3_000);
    others.forEach(other -> log.append(other, entries(3_000, 3_100)));
    pollOthers(source, owner, others, 3_100);
    assertThat(owner.taken(paused)).hasSize(before);
    assertThat(owner.owned()).contains(paused);

    source.resume(List.of(paused));
    owner.pollUntil(source, "the paused lane", () -> owner.taken(paused).size() == 3_000);
    assertThat(owner.texts(paused)).containsExactlyElementsOf(values(0, 3_000));
  }

  @Test
  void keepsLanesPausedThroughTimesWithoutDemand() {
    Log log = newLog(2);
    Lane paused = log.lanes().get(0);
    List<Lane> others = log.lanes().subList(1, log.lanes().size());
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(log, owner);
    owner.pollUntil(source, "the lanes", () -> ownsAll(owner, log));
    source.pause(List.of(paused));
    owner.poll(source, NOTHING, Duration.ZERO);

    log.lanes().forEach(lane -> log.append(lane, entries(0, 10)));
    pollOthers(source, owner, others, 10);
    assertThat(owner.taken(paused)).isEmpty();

    owner.poll(source, NOTHING, Duration.ZERO);
    source.resume(List.of(paused));
    assertThat(owner.poll(source, NOTHING, Duration.ofMillis(50)))
        .allMatch(p -> p.records().isEmpty());
    owner.pollUntil(source, "the paused lane", () -> owner.taken(paused).size() == 10);
  }

  @Test
  void goesOnAfterARestartWithWhatWasNotSettled() {
    Log log = newLog(1);
    Lane lane = log.lanes().get(0);
    log.append(lane, entries(0, 100));
    RecordingOwner first = new RecordingOwner();
    LogSource source = open(log, first);
    first.pollUntil(source, "all records", () -> hasAll(first, 100));
    List<SourceRecord> records = first.taken(lane);
    for (int i = 0; i < 100; i++) {
      if (i < 50 || (i >= 60 && i < 70) || i == 80) {
        first.settle(lane, records.get(i).position());
      }
    }
    LaneCommit settled = first.commitOf(lane);
    source.commit(Map.of(lane, settled));
    close(source);

    RecordingOwner second = new RecordingOwner();
    LogSource again = open(log, second);
    second.pollUntil(again, "the lane", () -> ownsAll(second, log));
    LaneStart start = second.lastStart(lane);
    assertThat(start.position()).isEqualTo(settled.position());
    PositionRanges kept = start.settled();
    for (int i = 0; i < 100; i++) {
      long position = records.get(i).position();
      assertThat(!kept.contains(position) || settled.settledBeyond().contains(position))
          .as("nothing is known as settled that was not")
          .isTrue();
    }
    long repeated = records.stream().filter(r -> isOpen(r, start)).count();
    second.pollUntil(again, "the rest", () -> second.count() == repeated);
    assertThat(ids(second, lane))
        .as("the same events have the same ids")
        .containsExactlyElementsOf(
            records.stream().filter(r -> isOpen(r, start)).map(r -> r.event().id()).toList());
  }

  private static boolean isOpen(SourceRecord record, LaneStart start) {
    return record.position() >= start.position() && !start.settled().contains(record.position());
  }

  private static List<String> ids(RecordingOwner owner, Lane lane) {
    return owner.taken(lane).stream().map(record -> record.event().id()).toList();
  }

  @Test
  void storesCommitsInTheirOrder() {
    Log log = newLog(1);
    Lane lane = log.lanes().get(0);
    log.append(lane, entries(0, 200));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(log, owner);
    owner.pollUntil(source, "all records", () -> hasAll(owner, 200));
    long seen = 0;
    for (SourceRecord record : owner.taken(lane)) {
      owner.settle(lane, record.position());
      source.commit(owner.commits());
      if (record.position() % 50 == 0) {
        owner.poll(source, PLENTY, Duration.ZERO);
        long stored = log.committed(lane).orElse(0);
        assertThat(stored).as("a commit is not overtaken").isGreaterThanOrEqualTo(seen);
        seen = stored;
      }
    }
    long last = owner.nextPosition(lane);
    owner.pollUntil(
        source, "the last commit", () -> log.committed(lane).equals(OptionalLong.of(last)));
  }

  @Test
  void givesUpEveryLaneAndCommitsTheAnswerWhenItCloses() {
    Log log = newLog(2);
    for (Lane lane : log.lanes()) {
      log.append(lane, entries(0, 20));
    }
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(log, owner);
    owner.pollUntil(source, "all records", () -> hasAll(owner, 20 * log.lanes().size()));
    owner.settleAll();
    Map<Lane, Long> ends = new HashMap<>();
    log.lanes().forEach(lane -> ends.put(lane, owner.commitOf(lane).position()));
    // The engine waits for what is in flight: the answer comes later, and from another thread.
    owner.answerRevocations(
        answered ->
            answered.thenApplyAsync(
                known -> known, CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS)));

    close(source);

    assertThat(owner.owned()).isEmpty();
    for (Lane lane : log.lanes()) {
      assertThat(owner.history()).containsOnlyOnce("revoking " + lane);
      assertThat(ends).containsEntry(lane, log.committed(lane).orElse(-1));
    }
  }

  @Test
  void seeksWhileItRuns() {
    assumeTrue(environment.canSeek());
    Log log = newLog(2);
    Lane lane = log.lanes().get(0);
    List<Lane> others = log.lanes().subList(1, log.lanes().size());
    log.lanes().forEach(each -> log.append(each, entries(0, 1_000)));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(log, owner);
    owner.pollUntil(source, "six records", () -> owner.taken(lane).size() > 5);

    long end = seek(source, owner, lane, new SeekTarget.Latest()).position();
    long fifth = owner.taken(lane).get(5).position();
    LaneStart back = seek(source, owner, lane, new SeekTarget.Position(fifth));
    assertThat(back.position()).isEqualTo(fifth);
    int before = owner.taken(lane).size();
    owner.pollUntil(source, "the end", () -> owner.nextPosition(lane) == end);
    assertThat(owner.texts(lane).subList(before, owner.taken(lane).size()))
        .containsExactlyElementsOf(values(5, 1_000));

    LaneStart earliest = seek(source, owner, lane, new SeekTarget.Earliest());
    assertThat(earliest.position()).isEqualTo(owner.taken(lane).get(0).position());
    seek(source, owner, lane, new SeekTarget.Latest());
    int drained = owner.taken(lane).size();
    log.append(lane, entries(1_000, 1_001));
    owner.pollUntil(source, "one new record", () -> owner.taken(lane).size() > drained);
    assertThat(owner.texts(lane)).endsWith("value-1000").hasSize(drained + 1);

    pollOthers(source, owner, others, 1_000);
    for (Lane other : others) {
      assertThat(owner.texts(other))
          .as("another lane is not touched")
          .containsExactlyElementsOf(values(0, 1_000));
    }
  }

  private static LaneStart seek(
      LogSource source, RecordingOwner owner, Lane lane, SeekTarget target) {
    LaneStart start = source.seek(lane, target);
    assertThat(start.lane()).isEqualTo(lane);
    assertThat(start.settled().isEmpty()).isTrue();
    owner.moved(start);
    return start;
  }

  @Test
  void seeksByTime() {
    assumeTrue(environment.features().contains(Feature.TIMES));
    Log log = newLog(1);
    Lane lane = log.lanes().get(0);
    log.append(lane, entries(0, 10));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(log, owner);
    owner.pollUntil(source, "the first", () -> hasAll(owner, 10));
    Instant last = owner.taken(lane).get(9).event().time().orElseThrow();
    Instant between = last.plusMillis(1);
    await().pollInSameThread().until(() -> Instant.now().isAfter(between.plusMillis(1)));
    log.append(lane, entries(10, 20));
    owner.pollUntil(source, "the second", () -> hasAll(owner, 20));

    assertThat(seek(source, owner, lane, new SeekTarget.At(between)).position())
        .isEqualTo(owner.taken(lane).get(10).position());
    owner.pollUntil(source, "from there", () -> hasAll(owner, 30));
    assertThat(owner.texts(lane).subList(20, 30)).containsExactlyElementsOf(values(10, 20));
    assertThat(
            seek(source, owner, lane, new SeekTarget.At(Instant.now().plusSeconds(3_600)))
                .position())
        .as("nothing is as young as that: after the last record")
        .isGreaterThan(owner.taken(lane).get(19).position());
  }

  @Test
  void refusesToSeekWhereNothingIs() {
    Log log = newLog(1);
    Lane lane = log.lanes().get(0);
    log.append(lane, entries(0, 10));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(log, owner);
    owner.pollUntil(source, "a first record", () -> hasAll(owner, 1));

    assertThatThrownBy(() -> source.seek(lane, new SeekTarget.Position(Long.MAX_VALUE / 2)))
        .isInstanceOf(ConnectorException.class);
    assertThatThrownBy(() -> source.seek(new Lane("no-such-lane"), new SeekTarget.Earliest()))
        .isInstanceOf(ConnectorException.class);

    owner.pollUntil(source, "the rest", () -> hasAll(owner, 10));
    assertThat(owner.texts(lane)).containsExactlyElementsOf(values(0, 10));
  }

  @Test
  void knowsItsLagOrSaysThatItDoesNot() {
    Log log = newLog(1);
    Lane lane = log.lanes().get(0);
    log.append(lane, entries(0, 50));
    RecordingOwner owner = new RecordingOwner();
    LogSource source = open(log, owner);
    owner.pollUntil(source, "all records", () -> hasAll(owner, 50));
    if (source.lag(lane) >= 0) {
      owner.pollUntil(source, "no lag", () -> source.lag(lane) == 0);
      source.pause(List.of(lane));
      log.append(lane, entries(50, 60));
      assertThat(source.lag(lane)).isBetween(-1L, 10L);
      source.resume(List.of(lane));
      owner.pollUntil(source, "the rest", () -> hasAll(owner, 60));
      owner.pollUntil(source, "no lag again", () -> source.lag(lane) == 0);
    }
    assertThat(source.lag(new Lane("no-such-lane"))).isEqualTo(-1);
  }

  @Test
  void tellsWhereItGoesOnWhenRecordsAreGone() {
    assumeTrue(environment.features().contains(Feature.RETENTION));
    Log log = newLog(1);
    Lane lane = log.lanes().get(0);
    log.append(lane, entries(0, 50));
    RecordingOwner first = new RecordingOwner();
    LogSource source = open(log, first);
    first.pollUntil(source, "all records", () -> hasAll(first, 50));
    for (SourceRecord record : first.taken(lane).subList(0, 10)) {
      first.settle(lane, record.position());
    }
    long kept = first.taken(lane).get(30).position();
    close(source);
    log.removeBefore(lane, kept);

    RecordingOwner second = new RecordingOwner();
    LogSource again = open(log, second);
    second.pollUntil(again, "what is left", () -> hasAll(second, 20));
    assertThat(second.texts(lane)).containsExactlyElementsOf(values(30, 50));
    second.settleAll();
    assertThat(second.commitOf(lane).position()).isEqualTo(second.nextPosition(lane));
  }

  @Test
  void failsToOpenInTimeWhenNobodyAnswersAndCanBeClosedThen() {
    LogSource source = environment.unreachable();
    TestSourceContext context = TestSourceContext.of("contract", new RecordingOwner());
    long begin = System.nanoTime();
    for (int attempt = 0; attempt < 2; attempt++) { // the engine opens it again
      assertThatThrownBy(() -> source.open(context))
          .isInstanceOfSatisfying(
              ConnectorException.class,
              e -> {
                assertThat(e.category()).isEqualTo(ConnectorException.Category.RETRY);
                assertThat(e.getMessage()).isNotBlank();
              });
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
    source.close();
  }
}
