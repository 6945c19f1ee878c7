package io.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.EventOutcome;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.Invocation;
import io.penstock.connector.InvocationResult;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SinkOutcome;
import io.penstock.engine.ConnectorStatus.State;
import io.penstock.engine.fake.FakeFunction;
import io.penstock.engine.fake.FakeLog;
import io.penstock.engine.fake.FakeQueue;
import io.penstock.engine.fake.FakeRecord;
import io.penstock.engine.fake.FakeSink;
import io.penstock.engine.fake.MemoryState;
import io.penstock.engine.fake.PlanBuilder;
import io.penstock.functions.Event;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine on its threads. */
@Timeout(60)
class EngineTest {

  private static final Duration DRAIN = Duration.ofSeconds(5);
  private static final InvocationResult ALL_DONE = InvocationResult.AllDone.INSTANCE;

  private final MemoryState state = new MemoryState();
  private final FakeLog log = new FakeLog("a", "b");
  private final FakeFunction function = new FakeFunction();
  private final FakeSink sink = new FakeSink();
  private final ExecutorService handlers =
      Executors.newCachedThreadPool(task -> new Thread(task, "test-handler"));
  private Set<Thread> before;
  private Engine engine;

  @BeforeEach
  void start() {
    before = threads();
    engine = Engine.start(EngineEnvironment.real(state, Path::of));
  }

  @AfterEach
  void leavesNoThreadBehind() {
    engine.close(DRAIN);
    handlers.shutdownNow();
    await()
        .untilAsserted(
            () -> {
              Set<Thread> left = threads();
              left.removeAll(before);
              assertThat(left).as("threads that are left").isEmpty();
            });
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("penstock-"))
        .collect(Collectors.toSet());
  }

  private PlanBuilder plan() {
    return new PlanBuilder("orders", log).function(function);
  }

  private static ConnectorStatus status(Connector connector) {
    try {
      return connector.status().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(connector + " has no status", e);
    }
  }

  private static void awaitDelivered(Connector connector, long events) {
    await()
        .untilAsserted(() -> assertThat(status(connector).counts().delivered()).isEqualTo(events));
  }

  /** Runs on a thread of its own, as a blocking handler does. */
  private CompletionStage<InvocationResult> blocking(Runnable handler) {
    return CompletableFuture.supplyAsync(
        () -> {
          handler.run();
          return ALL_DONE;
        },
        handlers);
  }

  // ---- the whole way

  @ParameterizedTest
  @EnumSource(Order.class)
  void everythingArrivesThoughThingsFail(Order order) {
    function.does(
        call ->
            CompletableFuture.supplyAsync(
                () -> {
                  if (ThreadLocalRandom.current().nextInt(20) == 0) {
                    return new InvocationResult.Failed("FUNCTION_ERROR", "on purpose");
                  }
                  return new InvocationResult.InOrder(
                      call.ids().stream().<EventOutcome>map(EngineTest::done).toList());
                },
                handlers));
    sink.decide(
        r ->
            ThreadLocalRandom.current().nextInt(50) == 0
                ? new SinkOutcome.Retry(Duration.ZERO, "on purpose")
                : SinkOutcome.Delivered.INSTANCE);
    RetryPolicy quick =
        new RetryPolicy(
            OptionalInt.empty(), Duration.ofMillis(1), Duration.ofMillis(5), Optional.empty());
    int count = 20_000;
    Connector connector =
        engine.add(
            plan()
                .order(order)
                .retry(quick)
                .function(function, "orders", ConcurrencyPolicy.aimd(1, 8, 4))
                .onSuccess(PlanBuilder.sink("sink", sink, quick))
                .build());
    for (int i = 0; i < count; i++) {
      log.append(i % 2 == 0 ? "a" : "b", "e" + i, "key" + i % 7);
    }
    awaitDelivered(connector, count);
    await()
        .untilAsserted(() -> assertThat(log.committed("a") + log.committed("b")).isEqualTo(count));
    assertThat(sink.ids()).doesNotHaveDuplicates().hasSize(count);
    assertThat(status(connector).window().bytes()).isZero();
    assertThat(status(connector).window().events()).isZero();
    assertThat(status(connector).function().orElseThrow().inFlight()).isZero();
    if (order != Order.NONE) {
      Map<String, Integer> last = new HashMap<>();
      for (String id : sink.ids()) {
        int number = Integer.parseInt(id.substring(1, id.indexOf('/')));
        String line = number % 2 + " " + (order == Order.LANE ? 0 : number % 7);
        assertThat(number).isGreaterThan(last.getOrDefault(line, -1));
        last.put(line, number);
      }
    }
  }

  private static EventOutcome done(String id) {
    return new EventOutcome.Done(List.of(Event.builder().text(id).build()));
  }

  @Test
  void aQueueIsWorkedOffByItsRoutes() {
    FakeQueue queue = new FakeQueue();
    Map<String, FakeFunction> routed = new ConcurrentHashMap<>();
    Connector connector =
        engine.add(
            new PlanBuilder("tasks", queue)
                .function(function)
                .routes(
                    name ->
                        Optional.of(
                            PlanBuilder.route(
                                name,
                                routed.computeIfAbsent(name, n -> new FakeFunction()),
                                new FailurePlan.Drop())))
                .build());
    CountDownLatch stuck = new CountDownLatch(1);
    FakeFunction slow = new FakeFunction();
    slow.does(call -> blocking(() -> awaitQuietly(stuck)));
    routed.put("slow", slow);
    for (int i = 0; i < 500; i++) {
      queue.add(
          FakeRecord.of("t" + i, 0, "").to(i % 10 == 0 ? "slow" : i % 2 == 0 ? "quick" : null));
    }
    awaitDelivered(connector, 450);
    assertThat(queue.held().size())
        .as("the slow route holds no more than its credit")
        .isLessThan(40);
    stuck.countDown();
    awaitDelivered(connector, 500);
    await().untilAsserted(() -> assertThat(queue.calls("settled")).hasSize(500));
    assertThat(queue.held()).isEmpty();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- pause

  @Test
  void aPauseSurvivesARestart() {
    Connector connector = engine.add(plan().build());
    log.append("a", "e1", "");
    awaitDelivered(connector, 1);
    connector.pause("ada\nfor maintenance");
    await().until(() -> status(connector).state() == State.PAUSED);
    await().until(() -> log.isPaused("a"));
    int polls = log.polls();
    log.append("a", "e2", "");
    await().until(() -> log.polls() > polls + 3);
    engine.close(DRAIN);

    FakeLog next = log.restarted();
    engine = Engine.start(EngineEnvironment.real(state, Path::of));
    Connector again = engine.add(new PlanBuilder("orders", next).function(function).build());
    await().until(() -> next.polls() > 3);
    ConnectorStatus status = status(again);
    assertThat(status.state()).isEqualTo(State.PAUSED);
    assertThat(status.paused().orElseThrow().by()).isEqualTo("ada for maintenance");
    assertThat(status.counts().received()).isZero();
    again.resume("ada");
    awaitDelivered(again, 1);
    assertThat(status(again).paused()).isEmpty();
    assertThat(state.keys("")).isEmpty();
    assertThat(function.ids()).containsExactly(List.of("e1"), List.of("e2"));
  }

  @Test
  void aPauseThatCanNotBeReadRefusesTheConnectorAndSaysWhatToDo() {
    state.put("connectors/orders/pause", "9\nsometime".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> engine.add(plan().build()))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("delete the state connectors/orders/pause");
    state.put("connectors/orders/pause", "1\nsometime\nada".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> engine.add(plan().build())).isInstanceOf(ConnectorException.class);
    assertThat(engine.connectors()).isEmpty();
  }

  // ---- stop

  @Test
  void aStopIsBoundedWhileAHandlerBlocks() {
    CountDownLatch release = new CountDownLatch(1);
    function.does(call -> blocking(() -> awaitQuietly(release)));
    Connector connector = engine.add(plan().order(Order.KEY).build());
    log.append("a", "e1", "k");
    await().until(() -> function.calls().size() == 1);
    long started = System.nanoTime();
    assertThat(connector.stop(Duration.ofMillis(200)))
        .succeedsWithin(Duration.ofSeconds(10))
        .isEqualTo(1);
    assertThat(Duration.ofNanos(System.nanoTime() - started))
        .isBetween(Duration.ofMillis(200), Duration.ofSeconds(5));
    assertThat(function.call(0).invocation().isCancelled()).isTrue();
    assertThat(engine.connectors()).isEmpty();
    assertThat(log.committed("a")).isZero();
    release.countDown();
  }

  @Test
  void aConnectorCanBeAddedAgainAfterItsStop() {
    Connector connector = engine.add(plan().build());
    assertThatThrownBy(() -> engine.add(plan().build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'orders' runs already");
    log.append("a", "e1", "");
    awaitDelivered(connector, 1);
    CompletionStage<Integer> first = connector.stop(DRAIN);
    CompletionStage<Integer> second = connector.stop(DRAIN);
    assertThat(first).succeedsWithin(DRAIN).isEqualTo(0);
    assertThat(second).succeedsWithin(DRAIN).isEqualTo(0);
    assertThat(status(connector).state()).isEqualTo(State.STOPPED);
    assertThat(engine.connector("orders")).isEmpty();
    Connector again =
        engine.add(new PlanBuilder("orders", log.restarted()).function(function).build());
    log.append("a", "e2", "");
    awaitDelivered(again, 1);
    assertThat(engine.connector("orders")).contains(again);
  }

  @Test
  void aStopWhileTheSourceOpens() {
    CountDownLatch opening = new CountDownLatch(1);
    CountDownLatch open = new CountDownLatch(1);
    log.onOpen(
        () -> {
          opening.countDown();
          awaitQuietly(open);
        });
    Connector connector = engine.add(plan().build());
    awaitQuietly(opening);
    CompletionStage<Integer> stopped = connector.stop(DRAIN);
    assertThat(status(connector).state()).isEqualTo(State.STOPPING);
    open.countDown();
    assertThat(stopped).succeedsWithin(DRAIN).isEqualTo(0);
    assertThat(log.closed()).isEqualTo(1);
  }

  @Test
  void closingTwiceIsFineAndAfterItNothingIsAdded() {
    Connector connector = engine.add(plan().build());
    engine.close(DRAIN);
    engine.close(DRAIN);
    assertThat(log.closed()).isEqualTo(1);
    assertThatThrownBy(() -> engine.add(plan().build())).isInstanceOf(IllegalStateException.class);
    assertThat(engine.connectors()).isEmpty();
    assertThat(connector.status())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("the engine is closed");
    assertThat(connector.seek("a", new SeekTarget.Latest())).failsWithin(Duration.ZERO);
    assertThat(connector.stop(DRAIN)).as("it has ended").succeedsWithin(Duration.ZERO);
  }

  // ---- timeouts

  @Test
  void aBlockedFunctionShowsAndRecovers() {
    CountDownLatch release = new CountDownLatch(1);
    function.does(call -> blocking(() -> awaitQuietly(release)));
    Connector connector = engine.add(plan().order(Order.KEY).batch(1, Duration.ZERO).build());
    log.append("a", "e1", "k1");
    log.append("a", "e2", "k2");
    log.append("a", "e3", "k3");
    await()
        .untilAsserted(
            () -> assertThat(status(connector).health()).anyMatch(h -> h.contains("is stuck")));
    assertThat(status(connector).function().orElseThrow().stuck()).isEqualTo(2);
    assertThat(function.calls()).hasSize(2);
    function.answers(call -> ALL_DONE);
    release.countDown();
    awaitDelivered(connector, 3);
    assertThat(status(connector).health()).isEmpty();
    assertThat(status(connector).function().orElseThrow().stuck()).isZero();
  }

  // ---- seek

  @Test
  void seekingWhileItRuns() {
    Connector connector = engine.add(plan().batch(1, Duration.ZERO).order(Order.LANE).build());
    for (int i = 0; i < 5; i++) {
      log.append("a", "e" + i, "");
    }
    await().until(() -> log.committed("a") == 5);
    assertThat(connector.seek("a", new SeekTarget.Position(3))).succeedsWithin(DRAIN).isEqualTo(3L);
    awaitDelivered(connector, 7);
    assertThat(function.ids().subList(5, 7)).containsExactly(List.of("e3"), List.of("e4"));
    await().until(() -> log.committed("a") == 5);
    assertThat(connector.seek("a", new SeekTarget.Latest())).succeedsWithin(DRAIN).isEqualTo(5L);
    assertThat(connector.seek("z", new SeekTarget.Latest()))
        .failsWithin(DRAIN)
        .withThrowableThat()
        .withCauseInstanceOf(ConnectorException.class)
        .withMessageContaining("isn't owned here");
    connector.stop(DRAIN).toCompletableFuture().join();
    assertThat(connector.seek("a", new SeekTarget.Latest()))
        .failsWithin(DRAIN)
        .withThrowableThat()
        .withMessageContaining("is stopped");
  }

  // ---- one connector's trouble

  @Test
  void whatEndsOneConnectorIsNoMatterOfAnother() {
    Connector connector = engine.add(plan().build());
    List<Connector> broken = new ArrayList<>();
    FakeLog fatal = new FakeLog("x");
    fatal.onPoll(
        () -> {
          throw ConnectorException.fatal("topic 'x' was deleted", null);
        });
    broken.add(engine.add(new PlanBuilder("fatal", fatal).function(new FakeFunction()).build()));
    FakeLog erring = new FakeLog("x");
    erring.onPoll(
        () -> {
          throw new NoClassDefFoundError("com/acme/Missing");
        });
    broken.add(engine.add(new PlanBuilder("error", erring).function(new FakeFunction()).build()));
    FakeLog defective = new FakeLog("x");
    defective.append("x", FakeRecord.of("x1", 0, "").to("somewhere"));
    broken.add(
        engine.add(
            new PlanBuilder("defect", defective)
                .function(new FakeFunction())
                .routes(
                    name -> {
                      throw new IllegalStateException("a defect of the routes");
                    })
                .build()));
    for (Connector one : broken) {
      await().untilAsserted(() -> assertThat(status(one).state()).isEqualTo(State.FAILED));
      assertThat(status(one).health()).isNotEmpty();
    }
    log.append("a", "e1", "");
    awaitDelivered(connector, 1);
    assertThat(status(connector).state()).isEqualTo(State.RUNNING);
    for (Connector one : broken) {
      assertThat(one.stop(DRAIN)).succeedsWithin(DRAIN);
    }
    assertThat(engine.connectors()).containsExactly(connector);
  }

  /**
   * A handler may call back from its own thread, and what hangs on a stage must not run on the
   * core.
   */
  @Test
  void whatHangsOnAStageDoesNotRunOnThreadsOfTheEngine() {
    Connector connector = engine.add(plan().build());
    await().until(() -> log.polls() > 1);
    CompletableFuture<String> onStatus = new CompletableFuture<>();
    CompletableFuture<String> onSeek = new CompletableFuture<>();
    CompletableFuture<String> onStop = new CompletableFuture<>();
    connector.status().thenRun(() -> onStatus.complete(Thread.currentThread().getName()));
    connector
        .seek("a", new SeekTarget.Latest())
        .thenRun(() -> onSeek.complete(Thread.currentThread().getName()));
    await().until(onSeek::isDone);
    connector.stop(DRAIN).thenRun(() -> onStop.complete(Thread.currentThread().getName()));
    assertThat(onStatus).succeedsWithin(DRAIN).asString().doesNotStartWith("penstock-");
    assertThat(onSeek).succeedsWithin(DRAIN).asString().doesNotStartWith("penstock-");
    assertThat(onStop).succeedsWithin(DRAIN).asString().doesNotStartWith("penstock-");
  }

  // ---- memory

  @Test
  void largeEventsStayWithinTheBudget() {
    CountDownLatch release = new CountDownLatch(1);
    FunctionInvoker slow =
        new FunctionInvoker() {
          @Override
          public CompletionStage<InvocationResult> invoke(Invocation invocation) {
            return blocking(() -> awaitQuietly(release));
          }

          @Override
          public void close() {
            release.countDown();
          }
        };
    log.maxPerPoll(1);
    Connector connector =
        engine.add(
            new PlanBuilder("orders", log)
                .function(slow)
                .batch(1, Duration.ZERO)
                .order(Order.KEY)
                .window(10_000, 40 << 20, WindowPolicy.WhenFull.WAIT)
                .build());
    for (int i = 0; i < 200; i++) {
      log.append(i % 2 == 0 ? "a" : "b", FakeRecord.of("e" + i, 0, "k" + i).sized(1 << 20));
    }
    await().until(() -> status(connector).window().bytes() >= 20L << 20);
    int polls = log.polls();
    await().until(() -> log.polls() > polls + 20);
    assertThat(status(connector).window().bytes()).isLessThan(23L << 20);
    release.countDown();
    awaitDelivered(connector, 200);
    assertThat(status(connector).window().bytes()).isZero();
  }
}
