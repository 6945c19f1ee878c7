package io.penstock.testkit.contract;

import static io.penstock.testkit.contract.RecordingOwner.NOTHING;
import static io.penstock.testkit.contract.RecordingOwner.PLENTY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.connector.Demand;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.QueueCapability;
import io.penstock.connector.QueueSource;
import io.penstock.connector.Settlement;
import io.penstock.connector.SourceRecord;
import io.penstock.testkit.contract.QueueEnvironment.Entry;
import io.penstock.testkit.contract.QueueEnvironment.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every {@link QueueSource} must do. A subclass brings the {@link QueueEnvironment}. Each test
 * is the source's intake thread.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class QueueSourceContract {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration WAIT = Duration.ofMillis(20);
  private static final int QUIET_POLLS = 10;

  private final List<QueueSource> open = new ArrayList<>();
  private QueueEnvironment environment;
  private ThreadCheck threads;

  /** For subclasses. */
  protected QueueSourceContract() {}

  /** Makes the environment; called once, before the first test. */
  protected abstract QueueEnvironment environment();

  @BeforeAll
  final void makeEnvironment() {
    environment = environment();
  }

  @AfterAll
  final void closeEnvironment() {
    environment.close();
  }

  @BeforeEach
  final void rememberThreads() {
    threads = new ThreadCheck();
  }

  @AfterEach
  final void closeSources() {
    open.forEach(QueueSource::close);
    open.clear();
    threads.assertNoneLeft();
  }

  /** A source with its owner; collects what it hands over. */
  private static final class Taker {
    private final RecordingOwner owner = new RecordingOwner();
    private final QueueSource source;
    private final List<SourceRecord> taken = new ArrayList<>();

    Taker(QueueSource source) {
      this.source = source;
      source.open(TestSourceContext.of("contract", owner));
    }

    List<SourceRecord> poll(Demand demand) {
      List<SourceRecord> found = new ArrayList<>();
      for (LaneRecords polled : source.poll(demand, WAIT)) {
        assertThat(owner.owned()).as("records of a lane that is ours").contains(polled.lane());
        found.addAll(polled.records());
      }
      assertThat(found).hasSizeLessThanOrEqualTo(demand.events());
      assertThat(found.stream().mapToLong(SourceRecord::sizeBytes).sum())
          .isLessThanOrEqualTo(demand.bytes());
      assertThat(found)
          .allMatch(r -> r.route() == null || !demand.saturatedRoutes().contains(r.route()));
      taken.addAll(found);
      return found;
    }

    List<SourceRecord> take(int count) {
      long deadline = System.nanoTime() + LIMIT.toNanos();
      List<SourceRecord> found = new ArrayList<>();
      while (found.size() < count) {
        assertThat(System.nanoTime() - deadline)
            .as("%s records within %s, got %s", count, LIMIT, found.size())
            .isNegative();
        found.addAll(poll(PLENTY));
      }
      assertThat(found).hasSize(count);
      return found;
    }

    SourceRecord takeOne() {
      return pollUntilSome(new Demand(1, Long.MAX_VALUE, Set.of())).get(0);
    }

    List<SourceRecord> pollUntilSome(Demand demand) {
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (true) {
        List<SourceRecord> found = poll(demand);
        if (!found.isEmpty()) {
          return found;
        }
        assertThat(System.nanoTime() - deadline).as("a record within %s", LIMIT).isNegative();
      }
    }

    void assertNothingMore(Demand demand) {
      for (int i = 0; i < QUIET_POLLS; i++) {
        assertThat(poll(demand)).isEmpty();
      }
    }
  }

  private Taker open(Queue queue) {
    QueueSource source = queue.source();
    open.add(source);
    return new Taker(source);
  }

  private void close(Taker taker) {
    open.remove(taker.source);
    taker.source.close();
  }

  private static List<Entry> entries(int count) {
    return IntStream.range(0, count).mapToObj(i -> new Entry(null, "task-" + i)).toList();
  }

  private static List<String> texts(List<SourceRecord> records) {
    return records.stream().map(r -> r.event().text()).toList();
  }

  private static List<String> texts(int count) {
    return entries(count).stream().map(Entry::text).toList();
  }

  private static QueueSource.Settled settled(SourceRecord record) {
    return new QueueSource.Settled(record, Settlement.DELIVERED);
  }

  private static void assumeHas(QueueSource source, QueueCapability capability) {
    assumeTrue(source.capabilities().has().contains(capability), () -> "has no " + capability);
  }

  @Test
  void handsOverEachEntryOnceWhileItIsHeld() {
    Queue queue = environment.newQueue();
    queue.put(entries(50));
    Taker taker = open(queue);
    assertThat(texts(taker.take(50))).containsExactlyInAnyOrderElementsOf(texts(50));
    taker.assertNothingMore(PLENTY);
    assertThat(taker.taken.stream().map(r -> r.event().id())).doesNotHaveDuplicates();
    assertThat(taker.taken).allMatch(r -> r.sizeBytes() > 0);
    assertThat(taker.taken).allMatch(r -> r.previousAttempts() == 0);
    Map<Long, SourceRecord> byPosition = new HashMap<>();
    if (taker.owner.owned().size() == 1) {
      taker.taken.forEach(r -> assertThat(byPosition.put(r.position(), r)).isNull());
    }
  }

  @Test
  void handsOverNoMoreThanIsAskedFor() {
    Queue queue = environment.newQueue();
    queue.put(entries(20));
    Taker taker = open(queue);
    SourceRecord one = taker.takeOne();
    taker.assertNothingMore(NOTHING);
    taker.assertNothingMore(new Demand(10, one.sizeBytes() / 2, Set.of()));
    long few = one.sizeBytes() * 3L + one.sizeBytes() / 2;
    assertThat(taker.pollUntilSome(new Demand(10, few, Set.of()))).hasSizeLessThanOrEqualTo(3);
    assertThat(taker.pollUntilSome(new Demand(5, Long.MAX_VALUE, Set.of())))
        .hasSizeLessThanOrEqualTo(5);
    taker.take(20 - taker.taken.size());
  }

  @Test
  void holdsBackSaturatedRoutesAndNoOthers() {
    assumeTrue(environment.namesRoutes());
    Queue queue = environment.newQueue();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      entries.add(new Entry(i % 3 == 2 ? "slow" : "quick", "task-" + i));
    }
    queue.put(entries);
    Taker taker = open(queue);
    Demand notSlow = new Demand(100, Long.MAX_VALUE, Set.of("slow"));
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (taker.taken.size() < 20) {
      assertThat(System.nanoTime() - deadline).isNegative();
      taker.poll(notSlow);
    }
    taker.assertNothingMore(notSlow);
    assertThat(taker.taken).allMatch(r -> "quick".equals(r.route()));
    assertThat(taker.take(10)).allMatch(r -> "slow".equals(r.route()));
  }

  @Test
  void forgetsWhatIsSettledAndBringsBackWhatIsNot() {
    Queue queue = environment.newQueue();
    queue.put(entries(10));
    Taker first = open(queue);
    List<SourceRecord> taken = first.take(10);
    first.source.started(taken);
    first.source.settled(taken.subList(0, 6).stream().map(QueueSourceContract::settled).toList());
    first.source.settled(List.of(settled(taken.get(0)))); // twice is once
    assertThat(queue.size()).isEqualTo(4);
    close(first);
    assertThat(first.owner.owned()).isEmpty();

    queue.pass(first.source.capabilities().lease().plusSeconds(1));
    Taker second = open(queue);
    List<SourceRecord> again = second.take(4);
    Predicate<SourceRecord> isLeft = r -> taken.subList(6, 10).stream().anyMatch(same(r));
    assertThat(again).allMatch(isLeft);
    assertThat(again).allMatch(r -> r.previousAttempts() <= 1);
    second.assertNothingMore(PLENTY);
  }

  private static Predicate<SourceRecord> same(SourceRecord one) {
    return other -> other.event().id().equals(one.event().id());
  }

  @Test
  void handsOverAgainWhatIsReleased() {
    Queue queue = environment.newQueue();
    queue.put(entries(3));
    Taker taker = open(queue);
    List<SourceRecord> taken = taker.take(3);
    // What is only held may come back by itself if the machine is slow.
    taker.source.settled(List.of(settled(taken.get(0)), settled(taken.get(2))));
    taker.source.release(taken.get(1), Duration.ZERO);
    assertThat(taker.takeOne().event().id()).isEqualTo(taken.get(1).event().id());
    taker.assertNothingMore(PLENTY);
  }

  @Test
  void keepsBackWhatIsReleasedWithADelay() {
    Queue queue = environment.newQueue();
    queue.put(entries(2));
    Taker taker = open(queue);
    assumeHas(taker.source, QueueCapability.DELAYED_RELEASE);
    List<SourceRecord> taken = taker.take(2);
    Duration delay = taker.source.capabilities().minReleaseDelay().plusSeconds(5);
    taker.source.release(taken.get(0), delay);
    taker.source.settled(List.of(settled(taken.get(1)))); // its lease may be shorter than the delay
    taker.assertNothingMore(PLENTY);
    queue.pass(delay);
    assertThat(taker.takeOne().event().id()).isEqualTo(taken.get(0).event().id());
  }

  @Test
  void handsOverAgainWhatIsHeldTooLong() {
    Queue queue = environment.newQueue();
    queue.put(entries(1));
    Taker taker = open(queue);
    SourceRecord held = taker.takeOne();
    queue.pass(taker.source.capabilities().lease().plusSeconds(1));
    assertThat(taker.takeOne().event().id()).isEqualTo(held.event().id());
  }

  @Test
  void keepsWhatIsRenewed() {
    Queue queue = environment.newQueue();
    queue.put(entries(2));
    Taker taker = open(queue);
    assumeHas(taker.source, QueueCapability.RENEW);
    List<SourceRecord> taken = taker.take(2);
    Duration half = taker.source.capabilities().lease().dividedBy(2);
    for (int i = 0; i < 4; i++) {
      queue.pass(half);
      taker.source.renew(taken);
      taker.assertNothingMore(PLENTY);
    }
    taker.source.settled(taken.stream().map(QueueSourceContract::settled).toList());
    taker.source.renew(taken); // too late, and harmless
    assertThat(queue.size()).isZero();
    taker.assertNothingMore(PLENTY);
  }

  @Test
  void keepsWhatIsToldOfProgress() {
    Queue queue = environment.newQueue();
    queue.put(entries(1));
    Taker taker = open(queue);
    assumeHas(taker.source, QueueCapability.PROGRESS);
    SourceRecord taken = taker.takeOne();
    taker.source.started(List.of(taken));
    taker.source.progress(taken, 0.25, "a quarter");
    taker.source.progress(taken, 0.5, "half");
    assertThat(queue.progress("task-0")).hasValue(0.5);
  }

  @Test
  void saysAlwaysTheSameOfWhatItCan() {
    QueueSource source = environment.newQueue().source();
    var before = source.capabilities();
    open.add(source);
    source.open(TestSourceContext.of("contract", new RecordingOwner()));
    assertThat(source.capabilities()).isEqualTo(before);
  }

  @Test
  void givesUpItsLanesWhenItCloses() {
    Queue queue = environment.newQueue();
    queue.put(entries(1));
    Taker taker = open(queue);
    taker.take(1);
    assertThat(taker.owner.owned()).isNotEmpty();
    close(taker);
    assertThat(taker.owner.owned()).isEmpty();
    assertThat(taker.owner.history()).anyMatch(step -> step.startsWith("revoking"));
  }
}
