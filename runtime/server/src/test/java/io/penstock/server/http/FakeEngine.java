package io.penstock.server.http;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.SeekTarget;
import io.penstock.engine.Connector;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.Counts;
import io.penstock.engine.ConnectorStatus.ErrorNote;
import io.penstock.engine.ConnectorStatus.GateStatus;
import io.penstock.engine.ConnectorStatus.HeadOfLine;
import io.penstock.engine.ConnectorStatus.LaneStatus;
import io.penstock.engine.ConnectorStatus.LimitChange;
import io.penstock.engine.ConnectorStatus.Pause;
import io.penstock.engine.ConnectorStatus.RateChange;
import io.penstock.engine.ConnectorStatus.RateStatus;
import io.penstock.engine.ConnectorStatus.SinkStatus;
import io.penstock.engine.ConnectorStatus.State;
import io.penstock.engine.ConnectorStatus.WindowStatus;
import io.penstock.engine.Engine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** An engine whose connectors are what a test says; it notes what is asked of them. */
public final class FakeEngine implements Engine {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private final ConcurrentMap<String, FakeConnector> connectors = new ConcurrentHashMap<>();

  /** A connector that runs. */
  public FakeConnector add(String name) {
    FakeConnector connector = new FakeConnector(name);
    connectors.put(name, connector);
    return connector;
  }

  @Override
  public Connector add(ConnectorPlan plan) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Connector> connector(String name) {
    return Optional.ofNullable(connectors.get(name));
  }

  @Override
  public List<Connector> connectors() {
    return List.copyOf(new TreeMap<>(connectors).values());
  }

  @Override
  public void close(Duration drain) {}

  /** What a test says. */
  public static final class FakeConnector implements Connector {

    private final String name;
    private final List<String> calls = new ArrayList<>();
    private volatile State state = State.RUNNING;
    private volatile int stuck;
    private volatile boolean silent;
    private volatile Optional<Pause> paused = Optional.empty();

    private FakeConnector(String name) {
      this.name = name;
    }

    /** Sets what it does. */
    public FakeConnector state(State value) {
      state = value;
      return this;
    }

    /** Sets how many of its four slots are stuck. */
    public FakeConnector stuck(int value) {
      stuck = value;
      return this;
    }

    /** From now on it doesn't answer. */
    public FakeConnector silent() {
      silent = true;
      return this;
    }

    synchronized List<String> calls() {
      return List.copyOf(calls);
    }

    private synchronized void called(String call) {
      calls.add(call);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void pause(String by) {
      called("pause by " + by + " on " + (isEventLoop() ? "the event loop" : "a worker"));
      paused = Optional.of(new Pause(by, NOON));
      state = State.PAUSED;
    }

    @Override
    public void resume(String by) {
      called("resume by " + by);
      paused = Optional.empty();
      state = State.RUNNING;
    }

    private static boolean isEventLoop() {
      return Thread.currentThread().getName().contains("eventloop");
    }

    @Override
    public CompletionStage<Long> seek(String lane, SeekTarget target) {
      called("seek " + lane + " to " + target);
      return lane.equals("orders-0")
          ? CompletableFuture.completedFuture(17L)
          : CompletableFuture.failedFuture(
              ConnectorException.fatal("lane '" + lane + "' is not owned here", null));
    }

    @Override
    public CompletionStage<ConnectorStatus> status() {
      return silent
          ? new CompletableFuture<>()
          : CompletableFuture.supplyAsync(() -> statusOf(name, state, stuck, paused));
    }

    @Override
    public CompletionStage<Integer> stop(Duration drain) {
      return CompletableFuture.completedFuture(0);
    }
  }

  /** A status with something everywhere. */
  public static ConnectorStatus statusOf(
      String name, State state, int stuck, Optional<Pause> paused) {
    Optional<ErrorNote> error =
        Optional.of(new ErrorNote(NOON, "BROKER_UNAVAILABLE", "b:9092 can't be reached"));
    return new ConnectorStatus(
        name,
        state,
        paused,
        List.of("lane orders-1 stands at position 7"),
        Optional.empty(),
        List.of(
            new LaneStatus("orders-0", 10, 20, 10, 4, 300, HeadOfLine.CLEAR, Optional.empty()),
            new LaneStatus("orders-1", 7, 9, 2, 1, -1, HeadOfLine.BLOCKED, Optional.of("stands"))),
        Optional.of(
            new GateStatus(
                "invoice",
                4,
                3,
                stuck,
                List.of(new LimitChange(NOON, 8, 4, "refused")),
                Optional.of(
                    new RateStatus(42.5, List.of(new RateChange(NOON, 50, 42.5, "refused")))),
                Optional.of("50% of the file"))),
        List.of(
            new SinkStatus(
                "onSuccess[0] kafka",
                100,
                2,
                3,
                4,
                new GateStatus(
                    "kafka b:9092", 8, 1, 0, List.of(), Optional.empty(), Optional.empty()),
                error)),
        new WindowStatus(12, 2_400, 1 << 20, Optional.of(Duration.ofMillis(1_500))),
        new Counts(1_000, 1, 900, 20, 5, 3, 40, 6, 7, 8, 9, 10, 11),
        123.5,
        error);
  }
}
