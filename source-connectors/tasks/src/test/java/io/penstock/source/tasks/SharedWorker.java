package io.penstock.source.tasks;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.Demand;
import io.penstock.connector.Failpoints;
import io.penstock.connector.HttpRoute;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneOwner;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.Leases;
import io.penstock.connector.QueueSource.Attempt;
import io.penstock.connector.QueueSource.Settled;
import io.penstock.connector.RouteDefiner.Checked;
import io.penstock.connector.Settlement;
import io.penstock.connector.SharedDatabase;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import io.penstock.connector.SourceVerdict;
import io.penstock.connector.StateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A worker that shares tasks with others: a source, and a thread that plays the engine for it. */
final class SharedWorker implements AutoCloseable {

  static final String FUNCTION = "f";

  private static final int SLOTS = 50;

  /** What it is opened with. */
  record Context(
      DataSource source,
      Leases leases,
      StateStore sharedState,
      LaneOwner lanes,
      Failpoints failpoints)
      implements SourceContext {

    @Override
    public String connector() {
      return "jobs";
    }

    @Override
    public long bufferBytes() {
      return 16 << 20;
    }

    @Override
    public Set<String> routes() {
      return Set.of(FUNCTION);
    }

    @Override
    public boolean hasSinks(@Nullable String route, SourceVerdict verdict) {
      return verdict instanceof SourceVerdict.Stopped;
    }

    @Override
    public StateStore state() {
      return sharedState;
    }

    @Override
    public Optional<SharedDatabase> database() {
      return Optional.of(new SharedDatabase(source));
    }

    @Override
    public Path folder() {
      return Path.of("no-such-folder");
    }
  }

  /** Lets everything happen, and remembers what is to be dropped. */
  private final class Lanes implements LaneOwner {
    @Override
    public void assigned(Collection<LaneStart> starts) {}

    @Override
    public CompletionStage<Map<Lane, LaneCommit>> revoking(Collection<Lane> names) {
      return CompletableFuture.completedFuture(Map.of());
    }

    @Override
    public void lost(Collection<Lane> names) {}

    @Override
    public void commitFailed(Collection<Lane> names) {}

    @Override
    public void cancel(Lane lane, SourceRecord record) {
      cancelled.add(record);
    }
  }

  final TasksSource source =
      new TasksSource(
          TestSources.config(Map.of()), Path.of("."), InstantSource.system(), System::nanoTime);
  final AtomicInteger handled = new AtomicInteger();

  /** Those that it keeps running until they are let go. */
  final Set<String> hung = ConcurrentHashMap.newKeySet();

  final Set<String> running = ConcurrentHashMap.newKeySet();

  /** The ids of reports whose sinks have them. */
  final Set<String> told = ConcurrentHashMap.newKeySet();

  private final Set<SourceRecord> cancelled = ConcurrentHashMap.newKeySet();
  private final List<SourceRecord> out = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "engine");
  private volatile boolean closed;

  SharedWorker(DataSource database, Leases leases, StateStore state, Failpoints failpoints) {
    source.checkWith(definition -> new Checked(List.of(), List.of()));
    source.open(new Context(database, leases, state, new Lanes(), failpoints));
    thread.start();
  }

  private void run() {
    while (!closed) {
      int room = SLOTS - out.size();
      Demand demand = new Demand(room, 1 << 20, Set.of(), Map.of(FUNCTION, room));
      List<SourceRecord> taken = new ArrayList<>();
      for (LaneRecords polled : source.poll(demand, Duration.ofMillis(5))) {
        taken.addAll(polled.records());
      }
      if (!taken.isEmpty()) {
        source.started(taken);
        out.addAll(taken);
      }
      source.renew(out);
      end();
    }
    source.close();
  }

  private void end() {
    List<Attempt> attempts = new ArrayList<>();
    List<Settled> settled = new ArrayList<>();
    for (SourceRecord record : List.copyOf(out)) {
      String id = record.event().id();
      if (cancelled.remove(record)) {
        settled.add(new Settled(record, Settlement.DROPPED));
      } else if (hung.contains(id)) {
        running.add(id);
        continue;
      } else if (record.verdict() != null) {
        told.add(id);
        settled.add(new Settled(record, Settlement.DELIVERED));
      } else {
        handled.incrementAndGet();
        attempts.add(new Attempt(record, new AttemptEnd.Done(List.of())));
        settled.add(new Settled(record, Settlement.DELIVERED));
      }
      running.remove(id);
      out.remove(record);
    }
    source.attempted(attempts);
    source.settled(settled);
  }

  /** Asks its gateway. */
  TestAnswer ask(TestRequest request) {
    for (HttpRoute route : source.httpRoutes()) {
      String[] wanted = route.path().split("/");
      String[] given = request.path().split("/");
      Map<String, String> parameters = new java.util.HashMap<>();
      boolean isIt = route.method().equals(request.method()) && wanted.length == given.length;
      for (int i = 0; isIt && i < wanted.length; i++) {
        if (wanted[i].startsWith(":")) {
          parameters.put(wanted[i].substring(1), given[i]);
        } else {
          isIt = wanted[i].equals(given[i]);
        }
      }
      if (isIt) {
        return TestAnswer.to(request.withPath(parameters), route.handler());
      }
    }
    throw new AssertionError("no route for " + request.path());
  }

  TestAnswer ask(String method, String target, String body) {
    return ask(TestRequest.of(method, target, body));
  }

  /** Ends in good order. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
