package io.penstock.source.tasks;

import io.penstock.connector.Demand;
import io.penstock.connector.HttpRoute;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.QueueCapabilities;
import io.penstock.connector.QueueCapability;
import io.penstock.connector.QueueSource;
import io.penstock.connector.Revocation;
import io.penstock.connector.RouteDefiner;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import io.penstock.source.tasks.desk.DeskOptions;
import io.penstock.source.tasks.desk.Inbox;
import io.penstock.source.tasks.desk.Pauses;
import io.penstock.source.tasks.desk.TaskDesk;
import io.penstock.source.tasks.desk.Tasks;
import io.penstock.source.tasks.gateway.Gateway;
import io.penstock.source.tasks.registry.Account;
import io.penstock.source.tasks.registry.Functions;
import io.penstock.source.tasks.registry.Registry;
import io.penstock.source.tasks.sink.TaskIntake;
import io.penstock.source.tasks.store.PostgresTaskStore;
import io.penstock.source.tasks.store.SqliteTaskStore;
import io.penstock.source.tasks.store.TaskStore;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tasks that are handed in over HTTP, kept in a file of the connector's folder. */
final class TasksSource implements QueueSource, HttpRoute.Owner, RouteDefiner, TaskIntake {

  /** Longer waits of a retry are spent in the store, where they hold no slot. */
  static final Duration LEASE = Duration.ofSeconds(10);

  private static final QueueCapabilities CAPABILITIES =
      new QueueCapabilities(
          Set.of(
              QueueCapability.RENEW,
              QueueCapability.DELAYED_RELEASE,
              QueueCapability.PROGRESS,
              QueueCapability.ATTEMPTS),
          LEASE,
          Duration.ofMillis(1),
          0);

  private static final long BODY_OVERHEAD = 64 << 10;

  private final TasksConfig config;
  private final Path folder;
  private Check check =
      definition -> new Checked(List.of("nothing here can make functions"), List.of());
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Gateway gateway;
  private volatile @Nullable Opened opened;

  /** What there is while the source is open. */
  private record Opened(
      SourceContext context,
      TaskStore store,
      TaskDesk desk,
      Inbox inbox,
      Tasks tasks,
      Registry registry) {}

  TasksSource(TasksConfig config, Path folder, InstantSource clock, LongSupplier nanoTime) {
    this.config = config;
    this.folder = folder;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.gateway =
        new Gateway(
            new Gateway.Options(
                config.adminKeys(),
                Math.toIntExact(config.maxPayload().bytes()),
                // Base64 in JSON is a third longer.
                config.maxPayload().bytes() / 3 * 4 + BODY_OVERHEAD,
                clock,
                nanoTime));
  }

  @Override
  public QueueCapabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public List<HttpRoute> httpRoutes() {
    return gateway.routes();
  }

  @Override
  public void checkWith(Check checks) {
    check = checks;
  }

  @Override
  public CompletionStage<SinkOutcome> take(Wish wish) {
    return gateway.take(wish);
  }

  @Override
  public Optional<Definition> definition(String route) {
    Opened open = opened;
    return open == null ? Optional.empty() : open.registry().functions().definition(route);
  }

  @Override
  public void open(SourceContext context) {
    TaskStore store = store(context);
    try {
      open(context, store);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private void open(SourceContext context, TaskStore store) {
    Inbox inbox = new Inbox();
    Map<String, Double> weights =
        config.accounts().stream().collect(Collectors.toMap(Account::name, Account::weight));
    AtomicReference<Tasks> told = new AtomicReference<>();
    Map<String, Double> kept = new HashMap<>(weights);
    Registry registry =
        new Registry(
            new Registry.Ground(
                context.connector(),
                context.sharedState(),
                context.folder().resolve("functions"),
                clock,
                check),
            config.accounts(),
            declared(context),
            account -> {
              Tasks tasks = told.get();
              if (tasks == null) {
                kept.putIfAbsent(account.name(), account.weight());
              } else {
                tasks.weight(account.name(), account.weight());
              }
            });
    Pauses pauses = new Pauses(context.sharedState(), context.connector());
    TaskDesk desk =
        new TaskDesk(
            store,
            context,
            new DeskOptions(
                config.slots(),
                LEASE,
                config.stopGrace(),
                config.retention(),
                Math.toIntExact(config.maxResult().bytes()),
                kept,
                clock,
                nanoTime),
            inbox,
            registry.functions(),
            pauses);
    Tasks tasks = new Tasks(store, desk, inbox, pauses, clock);
    told.set(tasks);
    opened = new Opened(context, store, desk, inbox, tasks, registry);
    desk.open();
    registry.start(tasks);
    gateway.open(context.connector(), registry, tasks, store.numbers(clock), context.eventLog());
  }

  private Functions.Declared declared(SourceContext context) {
    boolean isOwn = context.routes().isEmpty() && context.hasOwnRoute();
    return new Functions.Declared(
        isOwn ? Set.of(context.connector()) : context.routes(),
        isOwn,
        folder,
        worker(),
        context::hasSinks);
  }

  private static String worker() {
    long process = ProcessHandle.current().pid();
    try {
      return process + "@" + InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return String.valueOf(process); // a machine that doesn't know its own name
    }
  }

  private static TaskStore store(SourceContext context) {
    String connector = context.connector();
    return context.database().isPresent()
        ? PostgresTaskStore.open(
            context.database().get().connections(),
            context.leases(),
            connector,
            context.failpoints())
        : SqliteTaskStore.open(
            context.folder().resolve("tasks.db"),
            "penstock-" + connector + "-tasks",
            context.failpoints());
  }

  private Opened opened() {
    Opened open = opened;
    if (open == null) {
      throw new IllegalStateException("the source is not open");
    }
    return open;
  }

  /** What can be done to tasks; for tests. */
  Tasks tasks() {
    return opened().tasks();
  }

  @Override
  public List<LaneRecords> poll(Demand demand, Duration maxWait) {
    Opened open = opened();
    List<LaneRecords> records = open.desk().poll(demand);
    if (!records.isEmpty() || maxWait.isZero()) {
      return records;
    }
    open.inbox().await(maxWait.toNanos());
    return open.desk().poll(demand);
  }

  @Override
  public void started(List<SourceRecord> records) {
    opened().desk().started(records);
  }

  @Override
  public void attempted(List<Attempt> attempts) {
    opened().desk().attempted(attempts);
  }

  @Override
  public void progress(SourceRecord record, double fraction, String note) {
    opened().desk().progress(record, fraction, note);
  }

  @Override
  public void renew(List<SourceRecord> records) {
    opened().desk().renew(records);
  }

  @Override
  public void release(SourceRecord record, Duration delay) {
    opened().desk().release(record, delay);
  }

  @Override
  public void settled(List<Settled> records) {
    opened().desk().settled(records);
  }

  @Override
  public void close() {
    gateway.close();
    Opened closing = opened;
    if (closing == null) {
      return;
    }
    opened = null;
    closing.registry().close();
    try {
      Revocation.await(closing.context(), closing.desk().lanes());
    } finally {
      closing.store().close();
    }
  }
}
