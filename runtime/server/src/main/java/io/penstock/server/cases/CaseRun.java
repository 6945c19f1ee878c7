package io.penstock.server.cases;

import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkRecord;
import io.penstock.connector.Source;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.RoutePlan;
import io.penstock.engine.Routes;
import io.penstock.engine.SinkPlan;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.core.CoreLoop;
import io.penstock.server.cases.Observed.Delivered;
import io.penstock.server.cases.Observed.Fate;
import io.penstock.server.cases.Observed.Settled;
import io.penstock.server.config.ConnectorConfig;
import io.penstock.server.config.PlanMaker;
import io.penstock.server.config.PlanMaker.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one case: the connector's own filter, transform, function and delivery in the real engine, with
 * a source and sinks in memory. Time passes only while nothing else is left to do, so a retry after an
 * hour takes no time. For one use, by one thread.
 */
public final class CaseRun implements PlanMaker.Parts {

  /** The function couldn't be made. */
  public static final class NotMadeException extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // made of an immutable list of records of texts
    private final List<Failure> failures;

    NotMadeException(List<Failure> failures) {
      super(failures.toString());
      this.failures = List.copyOf(failures);
    }

    /** What couldn't be made, and why. */
    public List<Failure> failures() {
      return failures;
    }
  }

  /** No longer is waited for a call in real time, whatever its timeout. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ConnectorConfig connector;
  private final TestCase testCase;
  private final Map<String, StandInSink> sinks = new LinkedHashMap<>();
  private final StandInSink deadLetters = new StandInSink(List.of());
  private final Set<String> filtered = new HashSet<>();
  private final StandInSource source;
  private @Nullable ScriptedFunction scripted;
  private final List<WatchedFunction> functions = new ArrayList<>();
  private @Nullable SteppedEngine engine;
  private Duration patience = PATIENCE;

  /** A run of a case with its connector. */
  public CaseRun(ConnectorConfig connector, TestCase testCase) {
    this.connector = connector;
    this.testCase = testCase;
    this.source = new StandInSource(testCase.events(), this::elapsed);
  }

  private Duration elapsed() {
    return engine == null ? Duration.ZERO : engine.elapsed();
  }

  /**
   * Runs it.
   *
   * @throws NotMadeException if the function can't be made
   */
  public Observed run() throws NotMadeException, InterruptedException {
    SteppedEngine stepped;
    try (PlanMaker maker = new PlanMaker(this)) {
      List<ConnectorPlan> plans = maker.make(List.of(connector));
      if (plans.isEmpty()) {
        throw new NotMadeException(maker.failures());
      }
      stepped = new SteppedEngine(watched(plans.get(0)));
      maker.handOver(connector.name());
    }
    engine = stepped;
    try {
      step(stepped);
      return observed(stepped);
    } finally {
      stepped.stop();
    }
  }

  // ---- what stands in

  @Override
  public Source source(Supplier<Source> real) {
    return source;
  }

  @Override
  public Sink sink(String name, Supplier<Sink> real) {
    StandInSink sink = new StandInSink(testCase.deliveries().getOrDefault(name, List.of()));
    sinks.put(name, sink);
    return sink;
  }

  /** Each route has one, but where the case answers: then that is for all of them. */
  @Override
  public FunctionInvoker function(Supplier<FunctionInvoker> real) {
    if (testCase.answers().isPresent()) {
      patience = Duration.ZERO; // it answers at once, or never
      if (!functions.isEmpty()) {
        return functions.get(0);
      }
      scripted = new ScriptedFunction(testCase.answers().get());
    }
    WatchedFunction watched = new WatchedFunction(scripted == null ? real.get() : scripted);
    functions.add(watched);
    return watched;
  }

  /** The plan with a note taken of what is filtered and of what is given up. */
  private ConnectorPlan watched(ConnectorPlan plan) {
    plan.function().map(FunctionPlan::timeout).ifPresent(this::patience);
    return new ConnectorPlan(
        plan.name(),
        plan.source(),
        plan.format(),
        plan.filter()
            .map(
                filter ->
                    (event, format) -> {
                      boolean passes = filter.passes(event, format);
                      if (!passes) {
                        filtered.add(event.id());
                      }
                      return passes;
                    }),
        plan.transform(),
        plan.function(),
        plan.delivery(),
        plan.onSuccess(),
        watched(plan.onFailure()),
        plan.onStop(),
        watched(plan.routes()));
  }

  private Routes watched(Routes routes) {
    if (routes == Routes.NONE) {
      return routes;
    }
    return new Routes() {
      @Override
      public Optional<RoutePlan> route(String name) {
        return routes.route(name).map(CaseRun.this::watched);
      }

      @Override
      public Set<String> names() {
        return routes.names();
      }
    };
  }

  private RoutePlan watched(RoutePlan route) {
    route.function().map(FunctionPlan::timeout).ifPresent(this::patience);
    return new RoutePlan(
        route.name(),
        route.function(),
        route.retry(),
        route.onSuccess(),
        watched(route.onFailure()),
        route.onStop());
  }

  private void patience(Duration timeout) {
    patience = timeout.compareTo(patience) < 0 ? timeout : patience;
  }

  private FailurePlan watched(FailurePlan plan) {
    if (plan instanceof FailurePlan.Halt) {
      return plan;
    }
    List<SinkPlan> sinks = new ArrayList<>();
    if (plan instanceof FailurePlan.DeadLetter deadLetter) {
      sinks.addAll(deadLetter.sinks());
    }
    sinks.add(
        new SinkPlan(
            "what is given up",
            deadLetters,
            "what is given up",
            ConcurrencyPolicy.DEFAULT,
            Optional.empty(),
            Optional.empty(),
            RetryPolicy.FOREVER));
    return new FailurePlan.DeadLetter(sinks);
  }

  // ---- steps

  private void step(SteppedEngine stepped) throws InterruptedException {
    while (true) {
      long idleNs = stepped.settle();
      if (calls(stepped)) {
        continue;
      }
      if (source.settled().size() == testCase.events().size()) {
        return;
      }
      long nextNs =
          source.next().map(at -> at.minus(stepped.elapsed()).toNanos()).orElse(CoreLoop.IDLE);
      long passNs = Math.min(idleNs, nextNs);
      if (passNs == CoreLoop.IDLE
          || stepped.elapsed().plusNanos(passNs).compareTo(testCase.until()) > 0) {
        return;
      }
      stepped.pass(Math.max(1, passNs));
    }
  }

  /** Waits for the calls that are under way; answers whether that changed anything. */
  private boolean calls(SteppedEngine stepped) throws InterruptedException {
    if (functions.stream().noneMatch(WatchedFunction::isBusy)) {
      return handOn(); // an answer that came too late still frees what it kept
    }
    boolean answered = true;
    for (WatchedFunction watched : functions) {
      answered &= watched.await(patience);
    }
    handOn();
    if (!answered) {
      long leftNs =
          functions.stream()
              .filter(WatchedFunction::isBusy)
              .mapToLong(watched -> watched.timeLeft().toNanos())
              .min()
              .orElse(0);
      stepped.pass(Math.max(1, leftNs));
    }
    return true;
  }

  private boolean handOn() {
    boolean handedOn = false;
    for (WatchedFunction watched : functions) {
      handedOn |= watched.handOn();
    }
    return handedOn;
  }

  // ---- what came of it

  private Observed observed(SteppedEngine stepped) {
    Map<String, GivenUp> givenUp = givenUp();
    Set<String> settled = source.settled();
    Map<String, Fate> events = new LinkedHashMap<>();
    for (InputEvent input : testCase.events()) {
      String id = input.event().id();
      Optional<GivenUp> letter = Optional.ofNullable(givenUp.get(id));
      events.put(
          id,
          new Fate(
              fate(input, settled, letter.isPresent()),
              letter.map(GivenUp::code),
              letter.map(GivenUp::text),
              functions.stream().mapToInt(function -> function.calls(id)).sum()));
    }
    Map<String, List<Delivered>> delivered = new LinkedHashMap<>();
    sinks.forEach(
        (name, sink) ->
            delivered.put(name, sink.delivered().stream().map(CaseRun::delivered).toList()));
    return new Observed(
        events,
        delivered,
        functions.stream().mapToInt(WatchedFunction::calls).sum(),
        stepped.elapsed(),
        notes(stepped.status()));
  }

  private static Delivered delivered(SinkRecord record) {
    return new Delivered(record.event(), record.orderKey());
  }

  private Settled fate(InputEvent input, Set<String> settled, boolean isGivenUp) {
    String id = input.event().id();
    if (!settled.contains(id)) {
      return Settled.UNSETTLED;
    }
    if (filtered.contains(id)) {
      return Settled.FILTERED;
    }
    if (!isGivenUp) {
      return Settled.DELIVERED;
    }
    return connector.dropsFailures(input.route()) ? Settled.DROPPED : Settled.DEAD_LETTERED;
  }

  private record GivenUp(String code, String text) {}

  private Map<String, GivenUp> givenUp() {
    Map<String, GivenUp> givenUp = new HashMap<>();
    for (SinkRecord letter : deadLetters.delivered()) {
      if (new JsonCodec().decode(letter.event().data()) instanceof Map<?, ?> body
          && body.get("cause") instanceof Map<?, ?> cause
          && body.get("position") instanceof Long position) {
        source
            .at(String.valueOf(body.get("lane")), position)
            .ifPresent(
                input ->
                    givenUp.put(
                        input.event().id(),
                        new GivenUp(
                            String.valueOf(cause.get("code")), String.valueOf(cause.get("text")))));
      }
    }
    return givenUp;
  }

  private List<String> notes(ConnectorStatus status) {
    List<String> notes = new ArrayList<>();
    status
        .lanes()
        .forEach(
            lane ->
                lane.halted()
                    .ifPresent(why -> notes.add("lane " + lane.name() + " stopped: " + why)));
    status
        .lastError()
        .ifPresent(error -> notes.add("the last error was " + error.code() + ": " + error.text()));
    if (scripted != null) {
      scripted
          .unanswered()
          .forEach(id -> notes.add("the case has no answer for event '" + id + "'"));
    }
    return notes;
  }
}
