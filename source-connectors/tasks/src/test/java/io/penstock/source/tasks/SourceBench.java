package io.penstock.source.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.Demand;
import io.penstock.connector.Failpoints;
import io.penstock.connector.HttpRoute;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneOwner;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.QueueSource.Attempt;
import io.penstock.connector.QueueSource.Settled;
import io.penstock.connector.RouteDefiner.Checked;
import io.penstock.connector.RouteDefiner.Definition;
import io.penstock.connector.Settlement;
import io.penstock.connector.SourceRecord;
import io.penstock.connector.StateStore;
import io.penstock.functions.Event;
import io.penstock.testkit.contract.MemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A tasks source that a test plays the engine and the senders for, on a clock that it moves. */
abstract class SourceBench {

  static final Set<String> ROUTES = Set.of("resize", "crop");

  final AtomicLong nowMs = new AtomicLong(1_790_000_000_000L);
  final List<SourceRecord> cancelled = new ArrayList<>();
  final Set<String> lanes = new TreeSet<>();
  Map<String, Object> settings = Map.of();
  TasksSource source;
  boolean hasSinks;
  int checks;

  /** Routes that the engine knows of, beside those of the file. */
  final Set<String> registered = new TreeSet<>();

  @TempDir Path folder;

  final StateStore state = new MemoryStateStore();
  final LaneOwner owner =
      new LaneOwner() {
        @Override
        public void assigned(Collection<LaneStart> starts) {
          starts.forEach(start -> lanes.add(start.lane().name()));
        }

        @Override
        public CompletionStage<Map<Lane, LaneCommit>> revoking(Collection<Lane> names) {
          names.forEach(name -> lanes.remove(name.name()));
          return CompletableFuture.completedFuture(Map.of());
        }

        @Override
        public void lost(Collection<Lane> names) {
          names.forEach(name -> lanes.remove(name.name()));
        }

        @Override
        public void commitFailed(Collection<Lane> names) {
          throw new AssertionError("a queue commits nothing");
        }

        @Override
        public void cancel(Lane lane, SourceRecord record) {
          assertThat(lanes).contains(lane.name());
          cancelled.add(record);
        }
      };

  @BeforeEach
  final void openSource() {
    source = TestSources.make(settings, nowMs);
    source.checkWith(this::check);
    source.open(new TestContext("jobs", owner, ROUTES, state, folder, Failpoints.NONE, hasSinks));
  }

  /** As the server would check it: of a type {@code broken} no function can be made. */
  final Checked check(Definition definition) {
    checks++;
    if (!(definition.tree().get("function") instanceof Map<?, ?> function)
        || "broken".equals(function.get("type"))) {
      return new Checked(List.of("$.function: it is broken"), List.of());
    }
    Object jar = function.get("jar");
    return new Checked(
        List.of(),
        jar == null ? List.of() : List.of(definition.baseDirectory().resolve(jar.toString())));
  }

  @AfterEach
  final void closeSource() {
    source.close();
  }

  /** As if the worker had been killed: nothing is given back, only the file is left. */
  final void killAndReopen() {
    source.close();
    openSource();
  }

  final void reopenWith(Map<String, Object> raw) {
    source.close();
    settings = raw;
    openSource();
  }

  final void pass(Duration time) {
    nowMs.addAndGet(time.toMillis());
    settle();
  }

  /** Lets everything be written and heard of. */
  final void settle() {
    for (int i = 0; i < 4; i++) {
      source.poll(new Demand(0, 0, Set.of()), Duration.ZERO);
      written();
    }
    source.poll(new Demand(0, 0, Set.of()), Duration.ZERO);
  }

  /** Waits until what was told so far is written. */
  private void written() {
    source.tasks().delete(List.of()).toCompletableFuture().join(); // behind all of it
  }

  final List<SourceRecord> take(int most) {
    settle();
    Map<String, Integer> credits = new HashMap<>();
    ROUTES.forEach(route -> credits.put(route, most));
    registered.forEach(route -> credits.put(route, most));
    List<SourceRecord> records = new ArrayList<>();
    for (LaneRecords polled :
        source.poll(new Demand(most, 1 << 20, Set.of(), credits), Duration.ZERO)) {
      assertThat(lanes).contains(polled.lane().name());
      records.addAll(polled.records());
    }
    return records;
  }

  final SourceRecord takeOne() {
    List<SourceRecord> taken = take(1);
    assertThat(taken).hasSize(1);
    return taken.get(0);
  }

  final SourceRecord start() {
    SourceRecord record = takeOne();
    source.started(List.of(record));
    return record;
  }

  final void done(SourceRecord record, String... results) {
    List<Event> made =
        List.of(results).stream()
            .map(text -> Event.builder().dataContentType("text/plain").text(text).build())
            .toList();
    source.attempted(List.of(new Attempt(record, new AttemptEnd.Done(made))));
    settled(record, Settlement.DELIVERED);
  }

  final void settled(SourceRecord record, Settlement settlement) {
    source.settled(List.of(new Settled(record, settlement)));
    settle();
  }

  final void ended(SourceRecord record, AttemptEnd end) {
    source.attempted(List.of(new Attempt(record, end)));
  }

  /** Asks over HTTP. */
  final TestAnswer ask(String method, String target, String body) {
    return ask(TestRequest.of(method, target, body));
  }

  final TestAnswer ask(TestRequest request) {
    written();
    TestAnswer answer = TestAnswer.get(begin(request));
    settle();
    return answer;
  }

  final CompletableFuture<TestAnswer> begin(TestRequest request) {
    for (HttpRoute route : source.httpRoutes()) {
      Map<String, String> parameters = match(route.path(), request.path());
      if (route.method().equals(request.method()) && parameters != null) {
        return TestAnswer.begin(request.withPath(parameters), route.handler());
      }
    }
    throw new AssertionError("no route for " + request.method() + " " + request.path());
  }

  private static @org.jspecify.annotations.Nullable Map<String, String> match(
      String pattern, String path) {
    String[] wanted = pattern.split("/");
    String[] given = path.split("/");
    if (wanted.length != given.length) {
      return null;
    }
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].startsWith(":")) {
        parameters.put(wanted[i].substring(1), given[i]);
      } else if (!wanted[i].equals(given[i])) {
        return null;
      }
    }
    return parameters;
  }

  final String submit(String body) {
    TestAnswer answer = ask("POST", "/tasks", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    return answer.body();
  }

  final String show(String id) {
    return ask("GET", "/tasks/" + id, "").body();
  }

  final void act(String id, String action, int status) {
    TestAnswer answer = ask("POST", "/tasks/" + id + "/" + action, "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
  }

  final void assertState(String id, String state) {
    assertThat(show(id)).contains("\"state\":\"" + state + "\",\"delivery\"");
  }
}
