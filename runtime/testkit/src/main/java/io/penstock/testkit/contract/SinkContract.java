package io.penstock.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.functions.Event;
import io.penstock.testkit.contract.SinkEnvironment.Arrived;
import io.penstock.testkit.contract.SinkEnvironment.Destination;
import io.penstock.testkit.contract.SinkEnvironment.Feature;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every {@link Sink} must do. A subclass brings the {@link SinkEnvironment}. The test's thread
 * is the delivery thread of its sinks.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class SinkContract {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final List<Sink> open = new ArrayList<>();
  private SinkEnvironment environment;
  private ThreadCheck threads;

  /** For subclasses. */
  protected SinkContract() {}

  /** Makes the environment; called once, before the first test. */
  protected abstract SinkEnvironment environment();

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
  final void closeSinks() {
    open.forEach(Sink::close);
    open.clear();
    threads.assertNoneLeft();
  }

  private Sink open(Destination destination) {
    Sink sink = destination.sink();
    open.add(sink);
    sink.open(new SinkContext("contract", 8L << 20, Failpoints.NONE));
    return sink;
  }

  /** A record whose payload is {@code KEY/NUMBER}. */
  private static SinkRecord record(String key, int number) {
    return new SinkRecord(
        Event.builder()
            .id(key + "-" + number)
            .source("test")
            .type("test.contract")
            .subject("subject")
            .time(Instant.ofEpochSecond(1_700_000_000))
            .dataContentType("text/plain")
            .extension("colour", "red")
            .text(key + "/" + number)
            .build(),
        key.getBytes(StandardCharsets.UTF_8),
        OrderKeys.of(key));
  }

  private static List<SinkRecord> records(int keys, int from, int to) {
    List<SinkRecord> records = new ArrayList<>();
    for (int i = from; i < to; i++) {
      for (int k = 0; k < keys; k++) {
        records.add(record("key" + k, i));
      }
    }
    return records;
  }

  private static List<SinkOutcome> await(CompletionStage<List<SinkOutcome>> answer) {
    try {
      return answer.toCompletableFuture().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no answer within " + LIMIT, e);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  /** Delivers; a call that throws or fails counts as a failure of every record. */
  private static List<SinkOutcome> tryToDeliver(Sink sink, List<SinkRecord> records) {
    List<SinkOutcome> outcomes;
    try {
      outcomes = await(sink.deliver(records));
    } catch (RuntimeException e) {
      SinkOutcome failed = new SinkOutcome.Retry(Duration.ZERO, e.toString());
      return records.stream().map(r -> failed).toList();
    }
    assertThat(outcomes).hasSameSizeAs(records).doesNotContainNull();
    return outcomes;
  }

  private static boolean isDelivered(SinkOutcome outcome) {
    return outcome instanceof SinkOutcome.Delivered;
  }

  private static Map<String, List<Integer>> firstArrivals(List<Arrived> arrived) {
    Map<String, List<Integer>> byKey = new LinkedHashMap<>();
    Set<String> seen = new HashSet<>();
    for (Arrived one : arrived) {
      if (seen.add(one.id())) {
        String[] parts = one.text().split("/", 2);
        byKey.computeIfAbsent(parts[0], k -> new ArrayList<>()).add(Integer.parseInt(parts[1]));
      }
    }
    return byKey;
  }

  private static List<Integer> numbers(int to) {
    return IntStream.range(0, to).boxed().toList();
  }

  @Test
  void deliversEveryRecordWithItsId() {
    Destination destination = environment.newDestination();
    Sink sink = open(destination);
    List<SinkRecord> records = records(5, 0, 100);

    List<SinkOutcome> outcomes = await(sink.deliver(records));

    assertThat(outcomes).hasSize(500).allMatch(SinkContract::isDelivered);
    assertThat(destination.arrived(500))
        .containsExactlyInAnyOrderElementsOf(
            records.stream().map(r -> new Arrived(r.event().id(), r.event().text())).toList());
  }

  @Test
  void answersACallWithoutRecords() {
    Sink sink = open(environment.newDestination());
    assertThat(await(sink.deliver(List.of()))).isEmpty();
  }

  @Test
  void deliversRecordsWithoutKeyOrderAttributesOrData() {
    Destination destination = environment.newDestination();
    Sink sink = open(destination);
    SinkRecord bare = new SinkRecord(Event.builder().id("bare").text("").build(), null, 0);
    assertThat(await(sink.deliver(List.of(bare)))).allMatch(SinkContract::isDelivered);
    assertThat(destination.arrived(1)).containsExactly(new Arrived("bare", ""));
  }

  @Test
  void saysAlwaysTheSameOfItsOrder() {
    Destination destination = environment.newDestination();
    Sink.Ordering before = destination.sink().ordering();
    assertThat(open(destination).ordering()).isEqualTo(before);
  }

  @Test
  void keepsTheOrderOfEachKeyOverCallsInFlight() {
    Destination destination = environment.newDestination();
    Sink sink = open(destination);
    assumeTrue(sink.ordering() == Sink.Ordering.KEPT);
    List<CompletionStage<List<SinkOutcome>>> answers = new ArrayList<>();
    for (int call = 0; call < 50; call++) {
      answers.add(sink.deliver(records(10, call * 20, (call + 1) * 20)));
    }
    answers.forEach(answer -> assertThat(await(answer)).allMatch(SinkContract::isDelivered));

    Map<String, List<Integer>> arrived = firstArrivals(destination.arrived(10_000));
    assertThat(arrived).hasSize(10);
    arrived.forEach((key, order) -> assertThat(order).as(key).isEqualTo(numbers(1_000)));
  }

  @Test
  void refusesForGoodWhatTheDestinationNeverTakes() {
    Destination destination = environment.newDestination();
    Optional<SinkRecord> hopeless = destination.hopeless(OrderKeys.of("key0"));
    assumeTrue(hopeless.isPresent());
    Sink sink = open(destination);
    List<SinkRecord> records = new ArrayList<>(records(2, 0, 5));
    records.add(4, hopeless.get());

    List<SinkOutcome> outcomes = tryToDeliver(sink, records);
    // What stands behind it may have to be sent again, but it is not held up.
    List<SinkRecord> left = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      if (i != 4 && !isDelivered(outcomes.get(i))) {
        left.add(records.get(i));
      }
    }
    assertThat(outcomes.get(4))
        .isInstanceOfSatisfying(
            SinkOutcome.Reject.class, reject -> assertThat(reject.text()).isNotBlank());
    if (!left.isEmpty()) {
      assertThat(await(sink.deliver(left))).allMatch(SinkContract::isDelivered);
    }
    assertThat(firstArrivals(destination.arrived(10)))
        .isEqualTo(Map.of("key0", numbers(5), "key1", numbers(5)));
  }

  @Test
  void losesNothingAndKeepsOrderWhenTheDestinationFails() {
    assumeTrue(environment.features().contains(Feature.FAILURE));
    Destination destination = environment.newDestination();
    Sink sink = open(destination);
    assertThat(await(sink.deliver(records(4, 0, 10)))).allMatch(SinkContract::isDelivered);

    destination.fail();
    List<SinkRecord> records = records(4, 10, 40);
    List<SinkOutcome> outcomes = tryToDeliver(sink, records);
    assertThat(outcomes).noneMatch(o -> o instanceof SinkOutcome.Reject);
    assertNothingDeliveredBehindAFailure(sink, records, outcomes);
    destination.mend();

    deliverUntilDone(sink, undelivered(records, outcomes));
    assertArrived(sink, destination, 4, 40);
  }

  @Test
  void keepsOrderOverCallsInFlightWhenTheDestinationFails() {
    assumeTrue(environment.features().contains(Feature.FAILURE));
    Destination destination = environment.newDestination();
    Sink sink = open(destination);
    assumeTrue(sink.ordering() == Sink.Ordering.KEPT);
    assertThat(await(sink.deliver(records(4, 0, 10)))).allMatch(SinkContract::isDelivered);
    List<SinkRecord> records = new ArrayList<>();
    List<CompletionStage<List<SinkOutcome>>> answers = new ArrayList<>();
    for (int call = 0; call < 40; call++) {
      if (call == 20) {
        destination.fail();
      }
      List<SinkRecord> some = records(4, 10 + call * 50, 10 + (call + 1) * 50);
      records.addAll(some);
      answers.add(sink.deliver(some));
    }
    List<SinkOutcome> outcomes = new ArrayList<>();
    answers.forEach(answer -> outcomes.addAll(await(answer)));
    assertThat(outcomes).anyMatch(o -> !isDelivered(o));
    assertNothingDeliveredBehindAFailure(sink, records, outcomes);
    destination.mend();

    deliverUntilDone(sink, undelivered(records, outcomes));
    assertArrived(sink, destination, 4, 2_010);
  }

  private static void deliverUntilDone(Sink sink, List<SinkRecord> records) {
    List<SinkRecord> left = records;
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!left.isEmpty()) {
      assertThat(System.nanoTime() - deadline).as("delivered within %s", LIMIT).isNegative();
      List<SinkOutcome> again = tryToDeliver(sink, left);
      assertNothingDeliveredBehindAFailure(sink, left, again);
      left = undelivered(left, again);
    }
  }

  /** Everything has arrived; if the sink keeps order, each for the first time in order. */
  private static void assertArrived(Sink sink, Destination destination, int keys, int each) {
    Map<String, List<Integer>> arrived = firstArrivals(destination.arrived(keys * each));
    assertThat(arrived).hasSize(keys);
    arrived.forEach(
        (key, order) -> {
          if (sink.ordering() == Sink.Ordering.KEPT) {
            assertThat(order).as(key).isEqualTo(numbers(each));
          } else {
            assertThat(order).as(key).containsExactlyInAnyOrderElementsOf(numbers(each));
          }
        });
  }

  private static List<SinkRecord> undelivered(
      List<SinkRecord> records, List<SinkOutcome> outcomes) {
    List<SinkRecord> left = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      if (!isDelivered(outcomes.get(i))) {
        left.add(records.get(i));
      }
    }
    return left;
  }

  private static void assertNothingDeliveredBehindAFailure(
      Sink sink, List<SinkRecord> records, List<SinkOutcome> outcomes) {
    if (sink.ordering() == Sink.Ordering.NONE) {
      return;
    }
    Set<Long> failed = new HashSet<>();
    for (int i = 0; i < records.size(); i++) {
      if (!isDelivered(outcomes.get(i))) {
        failed.add(records.get(i).orderKey());
      } else {
        assertThat(failed)
            .as("record %s was delivered behind one that was not", i)
            .doesNotContain(records.get(i).orderKey());
      }
    }
  }

  @Test
  void failsToOpenInTimeWhenNobodyAnswers() {
    assumeTrue(environment.features().contains(Feature.REACHABILITY));
    Sink sink = environment.unreachable();
    SinkContext context = new SinkContext("contract", 8L << 20, Failpoints.NONE);
    for (int attempt = 0; attempt < 2; attempt++) { // the engine opens it again
      assertThatThrownBy(() -> sink.open(context))
          .isInstanceOfSatisfying(
              ConnectorException.class,
              e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.RETRY));
    }
    sink.close();
  }

  @Test
  void canBeClosedWithoutHavingBeenOpened() {
    environment.newDestination().sink().close();
  }
}
