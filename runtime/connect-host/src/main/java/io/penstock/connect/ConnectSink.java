package io.penstock.connect;

import io.penstock.connect.ConnectorThread.Tasks;
import io.penstock.connect.SinkEntry.Call;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sink connector of Kafka Connect as a sink. Events go to one task of it, as records of a partition
 * that doesn't exist, and are delivered when the plugin's preCommit covers them.
 *
 * <p>Order is kept: the task gets events in order, and when it fails, all that it had fails with it. The
 * plugin is called on threads of its own; when a callback hangs, events fail after the delivery timeout,
 * and no new task is made until it has come back.
 */
public final class ConnectSink implements Sink {

  private static final Logger log = LoggerFactory.getLogger(ConnectSink.class);

  private static final Duration OPENING = Duration.ofSeconds(30);
  private static final long WATCH_MS = 500;

  private final ConnectSinkSettings settings;
  private final Limits limits;
  private volatile @Nullable Session session;

  /** What there is while the sink is open. */
  private static final class Session {

    private final SinkContext context;
    private final ConnectorThread connector;
    private final Tasks tasks;
    private final PluginMeters meters;
    private final ScheduledExecutorService watch;
    private volatile SinkTaskThread task;

    Session(
        SinkContext context,
        ConnectorThread connector,
        Tasks tasks,
        PluginMeters meters,
        ScheduledExecutorService watch,
        SinkTaskThread task) {
      this.context = context;
      this.connector = connector;
      this.tasks = tasks;
      this.meters = meters;
      this.watch = watch;
      this.task = task;
    }
  }

  /** A sink of these settings; touches nothing. */
  public ConnectSink(ConnectSinkSettings settings) {
    this(settings, Limits.USUAL);
  }

  ConnectSink(ConnectSinkSettings settings, Limits limits) {
    this.settings = settings;
    this.limits = limits;
  }

  @Override
  public Ordering ordering() {
    return Ordering.KEPT;
  }

  /** There is one task, whatever the plugin's connector asks for; when it gives up, the task fails. */
  private final class Requests implements ConnectorThread.Requests {

    @Override
    public void reconfigure() {
      log.info("plugin {} asks for other tasks; a sink has one", settings.connect().plugin());
    }

    @Override
    public void failed(Exception e) {
      Session open = session;
      if (open != null) {
        open.task.fail("plugin " + settings.connect().plugin() + " gave up: " + e);
      }
    }
  }

  @Override
  public void open(SinkContext context) {
    PluginMeters meters = new PluginMeters();
    ConnectorThread connector =
        new ConnectorThread(context.connector(), withTopics(context), PluginKind.SINK);
    try {
      CompletableFuture<Tasks> started =
          connector.start(
              new Requests(),
              meters.of("connector"),
              new OffsetReader(new Offsets(context.connector(), new NoOffsets())));
      Tasks tasks = started.get(OPENING.toMillis(), TimeUnit.MILLISECONDS);
      if (tasks.configs().isEmpty()) {
        throw ConnectorException.retry(
            "plugin " + settings.connect().plugin() + " has no task to do", null);
      }
      ScheduledExecutorService watch =
          Executors.newSingleThreadScheduledExecutor(
              work -> {
                Thread thread =
                    new Thread(work, "penstock-" + context.connector() + "-connect-watch");
                thread.setDaemon(true);
                return thread;
              });
      Session opened =
          new Session(context, connector, tasks, meters, watch, newTask(context, tasks, meters));
      watch.scheduleWithFixedDelay(
          () -> opened.task.checkTime(), WATCH_MS, WATCH_MS, TimeUnit.MILLISECONDS);
      session = opened;
    } catch (ExecutionException e) {
      close(connector, meters);
      throw e.getCause() instanceof ConnectorException known
          ? known
          : ConnectorException.retry(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      String hanging = connector.hanging(Duration.ZERO).orElse("it does not start");
      close(connector, meters);
      throw ConnectorException.retry("plugin " + settings.connect().plugin() + ": " + hanging, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close(connector, meters);
      throw ConnectorException.retry("interrupted while the plugin started", e);
    } catch (RuntimeException e) {
      close(connector, meters);
      throw e;
    }
  }

  private void close(ConnectorThread connector, PluginMeters meters) {
    connector.stop(limits.connectorStop());
    meters.close();
  }

  /** Sink plugins are told their topics, and some insist on them. */
  private ConnectSettings withTopics(SinkContext context) {
    ConnectSettings given = settings.connect();
    Map<String, String> properties = new HashMap<>(given.properties());
    if (!properties.containsKey("topics") && !properties.containsKey("topics.regex")) {
      properties.put("topics", settings.topic().isEmpty() ? context.connector() : settings.topic());
    }
    return new ConnectSettings(given.plugin(), given.folder(), 1, properties);
  }

  private SinkTaskThread newTask(SinkContext context, Tasks tasks, PluginMeters meters) {
    return new SinkTaskThread(
        new SinkTaskThread.Setup(
            context.connector(),
            tasks.task(),
            tasks.configs().get(0),
            settings,
            meters.of("task"),
            Math.max(1, context.bufferBytes() / 2),
            limits));
  }

  @Override
  public CompletionStage<List<SinkOutcome>> deliver(List<SinkRecord> records) {
    Session open = session;
    if (open == null) {
      throw new IllegalStateException("the sink is not open");
    }
    Call call = new Call(records.size());
    List<SinkEntry> entries = new ArrayList<>(records.size());
    long nowNs = System.nanoTime();
    for (int i = 0; i < records.size(); i++) {
      entries.add(new SinkEntry(call, i, records.get(i), nowNs));
    }
    if (!open.task.offer(entries)) {
      if (open.task.isEnded()) {
        open.task = newTask(open.context, open.tasks, open.meters);
      }
      if (!open.task.offer(entries)) {
        SinkOutcome outcome =
            new SinkOutcome.Retry(
                Duration.ZERO,
                open.task.trouble().orElse("the plugin's task is ending after a failure"));
        entries.forEach(entry -> entry.settle(outcome));
      }
    }
    return call.answer();
  }

  @Override
  public void close() {
    Session open = session;
    session = null;
    if (open != null) {
      open.task.stop(limits.taskStop());
      open.watch.shutdownNow();
      close(open.connector, open.meters);
    }
  }
}
