package io.penstock.connect;

import io.penstock.connect.PluginFolder.PluginClass;
import io.penstock.connector.SinkOutcome;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task of a sink and the one thread that calls it: initialize, start, open, put again and again with
 * preCommit in between, a last preCommit, close, stop. Events wait here until it takes them, and after
 * put until preCommit covers them.
 *
 * <p>When the task fails, everything that it had and everything that waits fails with it, so that nothing
 * overtakes; the caller then makes a new task.
 */
final class SinkTaskThread {

  private static final Logger log = LoggerFactory.getLogger(SinkTaskThread.class);

  private static final int MAX_PUT = 1_000;
  private static final long FIRST_BACKOFF_MS = 100;
  private static final long MAX_BACKOFF_MS = 10_000;

  /**
   * What a task is made with.
   *
   * @param type the task's class
   * @param config as the plugin's connector has made it
   * @param halfWindow after how many unconfirmed bytes the plugin is asked to confirm
   */
  record Setup(
      String connector,
      PluginClass type,
      Map<String, String> config,
      ConnectSinkSettings settings,
      PluginMetrics metrics,
      long halfWindow,
      Limits limits) {}

  private final Setup setup;
  private final PluginCalls calls = new PluginCalls("the plugin's task", System::nanoTime);
  private final Thread thread;
  private final Signal work = new Signal();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Object lock = new Object();

  // Guarded by the lock.
  private final Deque<SinkEntry> waiting = new ArrayDeque<>();
  private final Set<SinkEntry> open = new LinkedHashSet<>();
  private final IdentityHashMap<SinkRecord, SinkEntry> given = new IdentityHashMap<>();
  private boolean over;

  private volatile boolean stopping;
  private volatile @Nullable String trouble;

  // Of the thread.
  private final SinkOffsets offsets = new SinkOffsets();
  private final Set<TopicPartition> opened = new HashSet<>();
  private final Set<TopicPartition> pausedPartitions = new HashSet<>();
  private boolean commitRequested;
  private boolean committedSincePut;
  private long timeoutMs = -1;
  private long committedNs;

  SinkTaskThread(Setup setup) {
    this.setup = setup;
    this.thread = new Thread(this::run, "penstock-" + setup.connector() + "-connect-task");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Takes events over; each gets its outcome later. Any thread.
   *
   * @return false, if the task has ended: nothing was taken
   */
  boolean offer(List<SinkEntry> entries) {
    synchronized (lock) {
      if (over) {
        return false;
      }
      waiting.addAll(entries);
      open.addAll(entries);
    }
    work.raise();
    return true;
  }

  private void settle(SinkEntry entry, SinkOutcome outcome) {
    synchronized (lock) {
      open.remove(entry);
      if (entry.record != null) {
        given.remove(entry.record);
      }
    }
    entry.settle(outcome);
  }

  private void run() {
    Parts parts = null;
    boolean started = false;
    String why = "the sink is closed";
    try {
      parts = make();
      SinkTask task = parts.task();
      calls.run("initialize", () -> task.initialize(new Context()));
      started = true; // so that it is stopped even if it fails half-way
      calls.run("start", () -> task.start(setup.config()));
      work(parts);
    } catch (InterruptedException e) {
      log.debug("{}: the sink's task was interrupted while it stopped", setup.connector(), e);
    } catch (Exception e) {
      why = "plugin " + setup.settings().connect().plugin() + " failed: " + e;
      log.warn("{}: {}", setup.connector(), why, e);
    } finally {
      failAll(why);
      if (parts != null) {
        end(parts, started);
      }
      ended.countDown();
    }
  }

  /** What is made of the plugin. */
  private record Parts(SinkTask task, Converters converters, Transforms<SinkRecord> transforms) {}

  private Parts make() throws Exception {
    calls.of(setup.type().loader());
    return Objects.requireNonNull(
        calls.call(
            "the constructor",
            () -> {
              ConnectSettings connect = setup.settings().connect();
              PluginFolder folder = PluginFolder.open(connect.folder());
              return new Parts(
                  setup.type().make(SinkTask.class),
                  new Converters(folder, connect.properties()),
                  new Transforms<>(folder, connect.properties()));
            }));
  }

  /** Fails everything that has no outcome, and ends the task once its callback returns. Any thread. */
  private void failAll(String why) {
    List<SinkEntry> failed;
    synchronized (lock) {
      over = true;
      failed = List.copyOf(open);
      open.clear();
      waiting.clear();
      given.clear();
    }
    SinkOutcome outcome = new SinkOutcome.Retry(Duration.ZERO, why);
    failed.forEach(entry -> entry.settle(outcome));
  }

  private boolean isOver() {
    synchronized (lock) {
      return over;
    }
  }

  private void end(Parts parts, boolean started) {
    try {
      if (!opened.isEmpty()) {
        calls.run("close", () -> parts.task().close(Set.copyOf(opened)));
      }
    } catch (Exception e) {
      log.warn("{}: the sink's task failed to close", setup.connector(), e);
    }
    try {
      if (started) {
        calls.run("stop", parts.task()::stop);
      }
    } catch (Exception e) {
      log.warn("{}: the sink's task failed to stop", setup.connector(), e);
    }
    for (AutoCloseable part : List.of(parts.transforms(), parts.converters())) {
      try {
        part.close();
      } catch (Exception e) {
        log.warn("{}: a transform or converter failed to close", setup.connector(), e);
      }
    }
  }

  private void work(Parts parts) throws Exception {
    committedNs = System.nanoTime();
    while (!stopping && !isOver()) {
      List<SinkRecord> batch = new ArrayList<>();
      for (SinkEntry entry : take()) {
        prepare(parts, entry).ifPresent(batch::add);
      }
      if (!put(parts.task(), batch)) {
        break;
      }
      if (isCommitDue(batch.isEmpty())) {
        commit(parts.task());
      }
      if (batch.isEmpty()) {
        work.awaitMs(idleMs());
      }
    }
    if (!isOver()) {
      commit(parts.task());
    }
  }

  private long idleMs() {
    return Math.max(1, setup.settings().commitInterval().toMillis());
  }

  private List<SinkEntry> take() {
    List<SinkEntry> taken = new ArrayList<>();
    if (!pausedPartitions.isEmpty()) {
      return taken; // the plugin wants no more for now; its topics share one queue
    }
    synchronized (lock) {
      while (!waiting.isEmpty() && taken.size() < MAX_PUT) {
        taken.add(waiting.poll());
      }
    }
    return taken;
  }

  /** Converts an event and gives it its place; one that can't be converted is refused for good. */
  private Optional<SinkRecord> prepare(Parts parts, SinkEntry entry) throws Exception {
    String topic = topic(entry.event.event());
    TopicPartition partition = new TopicPartition(topic, 0);
    if (offsets.begin(partition)) {
      calls.run("open", () -> parts.task().open(Set.of(partition)));
      opened.add(partition);
    }
    long offset = offsets.take(partition);
    SinkRecord record;
    try {
      record = SinkRecords.make(parts.converters(), topic, offset, entry.event);
      record = parts.transforms().apply(record);
      record = record == null ? null : SinkRecords.asKafkaGives(record, topic, offset, entry.event);
    } catch (RuntimeException e) {
      settle(entry, new SinkOutcome.Reject("a converter or transform refuses it: " + e));
      return Optional.empty();
    }
    if (record == null) {
      settle(entry, SinkOutcome.Delivered.INSTANCE); // dropped by a transform, as asked
      return Optional.empty();
    }
    synchronized (lock) {
      entry.record = record;
      given.put(record, entry);
    }
    offsets.add(partition, entry);
    return Optional.of(record);
  }

  private String topic(Event event) {
    String fixed = setup.settings().topic();
    return fixed.isEmpty()
        ? event.extensions().getOrDefault("connecttopic", setup.connector())
        : fixed;
  }

  /**
   * Puts a batch, the same again while the plugin asks for that. An empty one lets it flush by time.
   *
   * @return whether the plugin has taken it; if not, the task is to end
   */
  private boolean put(SinkTask task, Collection<SinkRecord> batch) throws Exception {
    long backoffMs = FIRST_BACKOFF_MS;
    while (!stopping && !isOver()) {
      try {
        calls.run("put", () -> task.put(batch));
      } catch (RetriableException e) {
        trouble = "the plugin's task asks to be given events again: " + e.getMessage();
        log.debug("{}: {}", setup.connector(), trouble, e);
        work.awaitMs(Math.min(MAX_BACKOFF_MS, timeoutMs >= 0 ? timeoutMs : backoffMs));
        timeoutMs = -1;
        backoffMs *= 2;
        continue;
      }
      trouble = null;
      offsets.put(batch);
      committedSincePut &= batch.isEmpty();
      List<SinkRecord> again = offsets.again();
      return again.isEmpty() || put(task, again);
    }
    return false;
  }

  private boolean isCommitDue(boolean idle) {
    if (commitRequested || offsets.unconfirmedBytes() >= setup.halfWindow()) {
      return true;
    }
    if (offsets.isAllConfirmed()) {
      return false;
    }
    // When nothing more comes, whoever waits for an outcome should not wait for the clock too.
    return (idle && !committedSincePut)
        || System.nanoTime() - committedNs >= setup.settings().commitInterval().toNanos();
  }

  private void commit(SinkTask task) throws Exception {
    commitRequested = false;
    committedNs = System.nanoTime();
    committedSincePut = true;
    Map<TopicPartition, OffsetAndMetadata> current = offsets.confirmable();
    if (current.isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> confirmed;
    try {
      confirmed = calls.call("preCommit", () -> task.preCommit(current));
    } catch (RetriableException e) {
      trouble = "the plugin's task can't confirm now: " + e.getMessage();
      log.debug("{}: {}", setup.connector(), trouble, e);
      return;
    }
    if (confirmed != null) {
      offsets
          .confirm(current, confirmed)
          .forEach(entry -> settle(entry, SinkOutcome.Delivered.INSTANCE));
    }
  }

  /** The plugin's view of its host. Most of it is called by the plugin inside put. */
  private final class Context implements SinkTaskContext {

    @Override
    public Map<String, String> configs() {
      return setup.config();
    }

    @Override
    public void offset(Map<TopicPartition, Long> wanted) {
      wanted.forEach(offsets::rewind);
    }

    @Override
    public void offset(TopicPartition partition, long offset) {
      offsets.rewind(partition, offset);
    }

    @Override
    public void timeout(long ms) {
      timeoutMs = ms;
    }

    @Override
    public Set<TopicPartition> assignment() {
      return offsets.partitions();
    }

    @Override
    public void pause(TopicPartition... partitions) {
      pausedPartitions.addAll(List.of(partitions));
    }

    @Override
    public void resume(TopicPartition... partitions) {
      pausedPartitions.removeAll(List.of(partitions));
    }

    @Override
    public void requestCommit() {
      commitRequested = true;
    }

    @Override
    public ErrantRecordReporter errantRecordReporter() {
      return SinkTaskThread.this::report;
    }

    @Override
    public PluginMetrics pluginMetrics() {
      return setup.metrics();
    }
  }

  /** The plugin refuses one record; plugins do that from threads of their own too. */
  private Future<Void> report(SinkRecord record, Throwable error) {
    SinkEntry entry;
    synchronized (lock) {
      entry = given.get(record);
    }
    if (entry == null) {
      log.warn(
          "{}: the plugin refuses a record that it was not given: {}", setup.connector(), error);
    } else {
      settle(entry, new SinkOutcome.Reject("the plugin refuses it: " + error));
    }
    return CompletableFuture.completedFuture(null);
  }

  /** Fails everything if something has waited longer than it may. Any thread. */
  void checkTime() {
    long limitNs = setup.settings().deliveryTimeout().toNanos();
    boolean overdue;
    synchronized (lock) {
      overdue = !open.isEmpty() && System.nanoTime() - open.iterator().next().acceptedNs >= limitNs;
    }
    if (overdue) {
      failAll(
          "the plugin has not confirmed an event within "
              + setup.settings().deliveryTimeout().toSeconds()
              + " s"
              + calls.hanging(setup.limits().callback()).map(what -> ": " + what).orElse(""));
      work.raise();
    }
  }

  /** Fails what it has, for a reason from outside. Any thread. */
  void fail(String why) {
    failAll(why);
    work.raise();
  }

  /** What is odd: a callback that doesn't return, or one that fails. Any thread. */
  Optional<String> trouble() {
    Optional<String> hanging = calls.hanging(setup.limits().callback());
    return hanging.isPresent() ? hanging : Optional.ofNullable(trouble);
  }

  /** Whether its thread has ended. Any thread. */
  boolean isEnded() {
    return ended.getCount() == 0;
  }

  /** Ends it, with a last preCommit; one that hangs longer than this is interrupted and left behind. */
  void stop(Duration limit) {
    stopping = true;
    work.raise();
    try {
      if (!ended.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn(
            "{}: {}; its thread is left behind",
            setup.connector(),
            calls.hanging(Duration.ZERO).orElse("the plugin's task did not stop"));
        failAll("the plugin did not stop");
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
