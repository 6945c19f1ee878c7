package io.penstock.connect;

import io.penstock.connect.ConnectorThread.Tasks;
import io.penstock.connect.HostedRecord.Origin;
import io.penstock.connect.SourceTaskThread.Polled;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneStart;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SourceContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a source plugin: its connector and its tasks, from start to stop. Everything is called on
 * the intake's thread, and nothing here waits for the plugin but {@link #stop}.
 */
final class SourcePlugin {

  private static final Logger log = LoggerFactory.getLogger(SourcePlugin.class);

  private static final long FIRST_BACKOFF_MS = 500;
  private static final long MAX_BACKOFF_MS = 30_000;
  private static final int MAX_DOUBLINGS = 6;

  /** What gives lanes up: waits for what is in flight and commits it. */
  interface GiveUp {
    /** Does it. */
    void lanes(Collection<Lane> lanes);
  }

  /** One task and the lane that it is. */
  static final class TaskLane {

    final Lane lane;
    final OffsetTracker<Polled> tracker = new OffsetTracker<>();
    private final Map<String, String> config;
    private @Nullable SourceTaskThread thread;
    long next;
    private int failures;
    private long startAtNs;
    private @Nullable String failed;

    TaskLane(Lane lane, Map<String, String> config) {
      this.lane = lane;
      this.config = config;
    }

    /** The thread, if the task runs and the lane is ours. */
    Optional<SourceTaskThread> thread() {
      return Optional.ofNullable(thread);
    }
  }

  private final SourceContext context;
  private final ConnectSettings settings;
  private final Companion companion;
  private final Progress progress;
  private final GiveUp giveUp;
  private final Signal ready;
  private final Limits limits;
  private final PluginMeters meters = new PluginMeters();
  private final AtomicBoolean reconfigure = new AtomicBoolean();
  private final AtomicReference<@Nullable Exception> raised = new AtomicReference<>();
  private final Map<Lane, TaskLane> lanes = new TreeMap<>(Comparator.comparing(Lane::name));
  private final List<SourceTaskThread> ending = new ArrayList<>();
  private final List<String> leftBehind = new CopyOnWriteArrayList<>();
  private @Nullable ConnectorThread connector;
  private @Nullable CompletableFuture<Tasks> answer;
  private @Nullable Tasks tasks;
  private @Nullable Tasks next;

  SourcePlugin(
      SourceContext context,
      ConnectSettings settings,
      Companion companion,
      Progress progress,
      GiveUp giveUp,
      Signal ready,
      Limits limits) {
    this.context = context;
    this.settings = settings;
    this.companion = companion;
    this.progress = progress;
    this.giveUp = giveUp;
    this.ready = ready;
    this.limits = limits;
  }

  Collection<TaskLane> lanes() {
    return lanes.values();
  }

  @Nullable TaskLane lane(Lane lane) {
    return lanes.get(lane);
  }

  /**
   * Takes the next steps of its life that can be taken now.
   *
   * @throws ConnectorException if the plugin's connector fails; called again it starts anew
   */
  void advance() {
    ConnectorThread running = connector;
    if (running == null) {
      start();
      return;
    }
    Exception failure = raised.getAndSet(null);
    if (failure != null) {
      startAnew(running);
      throw ConnectorException.retry(
          "connector " + context.connector() + ": the plugin gave up: " + failure, failure);
    }
    takeAnswer(running);
    if (answer == null && tasks != null && reconfigure.getAndSet(false)) {
      answer = running.reconfigured().whenComplete((done, error) -> ready.raise());
    }
    ending.removeIf(SourceTaskThread::isEnded);
    changeTasks();
    lanes.values().forEach(this::look);
  }

  private void start() {
    ConnectorThread made = new ConnectorThread(context.connector(), settings, PluginKind.SOURCE);
    connector = made;
    answer =
        made.start(
                new ConnectorThread.Requests() {
                  @Override
                  public void reconfigure() {
                    reconfigure.set(true);
                    ready.raise();
                  }

                  @Override
                  public void failed(Exception e) {
                    raised.set(e);
                    ready.raise();
                  }
                },
                meters.of("connector"),
                new OffsetReader(progress.offsets()))
            .whenComplete((done, error) -> ready.raise());
  }

  private void takeAnswer(ConnectorThread running) {
    CompletableFuture<Tasks> asked = answer;
    if (asked == null || !asked.isDone()) {
      return;
    }
    answer = null;
    try {
      Tasks got = asked.join();
      if (tasks == null || !got.configs().equals(tasks.configs())) {
        next = got;
      }
    } catch (CompletionException e) {
      startAnew(running);
      throw e.getCause() instanceof ConnectorException known
          ? known
          : ConnectorException.retry(String.valueOf(e.getCause()), e);
    }
  }

  /** The next step begins with a new connector. */
  private void startAnew(ConnectorThread running) {
    endTasks();
    tasks = null;
    next = null;
    answer = null;
    connector = null;
    reconfigure.set(false);
    inBackground("stop", () -> running.stop(limits.connectorStop()));
  }

  /** Ends all tasks, with what they have settled committed. */
  private void endTasks() {
    List<Lane> owned =
        lanes.values().stream().filter(l -> l.thread().isPresent()).map(l -> l.lane).toList();
    if (!owned.isEmpty()) {
      giveUp.lanes(owned);
    }
    lanes.values().forEach(this::end);
    lanes.clear();
  }

  private void end(TaskLane lane) {
    SourceTaskThread thread = lane.thread;
    lane.thread = null;
    if (thread != null) {
      ending.add(thread);
      inBackground(
          "stop-" + lane.lane, () -> thread.stop(limits.taskStop()).ifPresent(this::isLeft));
    }
  }

  private void isLeft(String what) {
    log.warn("{}: {}; its thread is left behind", context.connector(), what);
    leftBehind.add(what + "; its thread was left behind");
  }

  private void inBackground(String what, Runnable work) {
    Thread thread = new Thread(work, "penstock-" + context.connector() + "-connect-" + what);
    thread.setDaemon(true);
    thread.start();
  }

  private void changeTasks() {
    Tasks wanted = next;
    if (wanted == null) {
      return;
    }
    if (tasks != null) {
      log.info("{}: the plugin wants {} tasks now", context.connector(), wanted.configs().size());
      endTasks();
      tasks = null;
    }
    if (!ending.isEmpty()) {
      return; // two tasks must not read the same
    }
    tasks = wanted;
    next = null;
    for (int i = 0; i < wanted.configs().size(); i++) {
      Lane lane = new Lane(String.valueOf(i));
      lanes.put(lane, new TaskLane(lane, wanted.configs().get(i)));
    }
  }

  /** Starts a task that doesn't run and is due; takes note of one that has failed. */
  private void look(TaskLane lane) {
    SourceTaskThread thread = lane.thread;
    if (thread == null) {
      if (System.nanoTime() - lane.startAtNs >= 0 || lane.failed == null) {
        run(lane);
      }
    } else if (thread.isEnded()) {
      Exception failure = thread.failure();
      giveUp.lanes(List.of(lane.lane));
      lane.thread = null;
      lane.failures = thread.hasPolled() ? 1 : lane.failures + 1;
      long backoffMs =
          Math.min(
              MAX_BACKOFF_MS,
              FIRST_BACKOFF_MS << Math.min(MAX_DOUBLINGS, Math.max(0, lane.failures - 1)));
      lane.startAtNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(backoffMs);
      lane.failed =
          "task "
              + lane.lane
              + " failed and is started again within "
              + backoffMs
              + " ms: "
              + failure;
    }
  }

  private void run(TaskLane lane) {
    Tasks known = tasks;
    if (known == null) {
      return;
    }
    long position = progress.position(lane.lane);
    lane.next = position;
    lane.tracker.clear();
    int count = Math.max(1, known.configs().size());
    SourceTaskThread thread =
        new SourceTaskThread(
            lane.lane.name(),
            new SourceTaskThread.Setup(
                new Origin(
                    context.connector(),
                    "/penstock/" + context.connector(),
                    progress.offsets().format()),
                known.task(),
                lane.config,
                settings,
                companion,
                new OffsetReader(progress.offsets()),
                meters.of("task-" + lane.lane),
                position,
                Math.max(1, context.bufferBytes() / count),
                ready));
    lane.thread = thread;
    context.lanes().assigned(List.of(new LaneStart(lane.lane, position, PositionRanges.empty())));
    thread.start();
  }

  /** What is odd, for people. */
  List<String> health() {
    List<String> odd = new ArrayList<>(leftBehind);
    if (connector != null) {
      connector.hanging(limits.callback()).ifPresent(odd::add);
    }
    for (TaskLane lane : lanes.values()) {
      if (lane.thread != null) {
        lane.thread.trouble(limits).ifPresent(odd::add);
        if (lane.failed != null && !lane.thread.hasPolled()) {
          odd.add(lane.failed);
        }
      } else if (lane.failed != null) {
        odd.add(lane.failed);
      }
    }
    return odd;
  }

  /**
   * Ends everything; what was settled is committed by the caller before. Waits for the plugin, a bounded
   * time; what hangs longer is left behind.
   */
  void stop() {
    lanes.values().forEach(this::end);
    lanes.clear();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (SourceTaskThread thread : ending) {
      CompletableFuture<Void> end = new CompletableFuture<>();
      ends.add(end);
      inBackground(
          "end",
          () -> {
            thread.stop(limits.taskStop());
            end.complete(null);
          });
    }
    await(CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)));
    ConnectorThread running = connector;
    connector = null;
    if (running != null) {
      running.stop(limits.connectorStop());
    }
    meters.close();
  }

  private void await(CompletableFuture<Void> all) {
    try {
      all.get(limits.taskStop().plusSeconds(2).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("a plugin's tasks did not stop", e);
    }
  }
}
