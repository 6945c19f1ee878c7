package io.penstock.connect;

import io.penstock.connect.HostedRecord.Origin;
import io.penstock.connect.PluginFolder.PluginClass;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task of a source and the one thread that calls it: start, then poll and, between polls, what was
 * settled, then stop. Only a stop of a task that doesn't come back from poll comes from another thread,
 * as plugins expect. Records wait here, bounded in bytes, until the intake takes them; while they fill
 * that room the task isn't polled.
 */
final class SourceTaskThread {

  private static final Logger log = LoggerFactory.getLogger(SourceTaskThread.class);

  private static final long FIRST_BACKOFF_MS = 100;
  private static final long MAX_BACKOFF_MS = 10_000;

  /** A plugin that has nothing and says so at once would keep a processor busy. */
  private static final long EMPTY_POLL_MS = 5;

  /**
   * A record that was polled.
   *
   * @param original as the plugin made it
   * @param hosted what goes on; null if a transform dropped it
   */
  record Polled(long sequence, SourceRecord original, @Nullable HostedRecord hosted) {

    long bytes() {
      return hosted == null ? 0 : hosted.sizeBytes();
    }
  }

  /**
   * What a task is made with.
   *
   * @param type the task's class
   * @param config as the plugin's connector has made it
   * @param settings of the connector
   * @param companion what it has beside it
   * @param firstSequence the number of its first record
   * @param maxBytes how much may wait here
   * @param ready raised when there is something for the intake to see
   */
  record Setup(
      Origin origin,
      PluginClass type,
      Map<String, String> config,
      ConnectSettings settings,
      Companion companion,
      OffsetStorageReader offsets,
      PluginMetrics metrics,
      long firstSequence,
      long maxBytes,
      Signal ready) {}

  private record Context(
      Map<String, String> configs,
      OffsetStorageReader offsetStorageReader,
      PluginMetrics pluginMetrics)
      implements SourceTaskContext {}

  private final String name;
  private final Setup setup;
  private final PluginCalls calls;
  private final Thread thread;
  private final Signal work = new Signal();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean stopCalled = new AtomicBoolean();
  private final Object lock = new Object();

  // Guarded by the lock.
  private final Deque<Polled> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private final List<Polled> settled = new ArrayList<>();
  private boolean flushed;

  private volatile boolean stopping;
  private volatile boolean polledOnce;
  private volatile @Nullable Exception failure;
  private volatile @Nullable String pollTrouble;
  private volatile @Nullable String recordTrouble;
  private volatile @Nullable String commitTrouble;

  // Set by the thread; read also by whoever stops the task.
  private volatile @Nullable Parts parts;

  /** What is made of the plugin. */
  private record Parts(SourceTask task, HostedRecords records) {}

  SourceTaskThread(String name, Setup setup) {
    this.name = name;
    this.setup = setup;
    this.calls = new PluginCalls("the plugin's task " + name, System::nanoTime);
    this.thread =
        new Thread(this::run, "penstock-" + setup.origin().connector() + "-connect-" + name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      Parts made = make();
      parts = made;
      SourceTask task = made.task();
      calls.run(
          "initialize",
          () -> task.initialize(new Context(setup.config(), setup.offsets(), setup.metrics())));
      calls.run("start", () -> task.start(setup.config()));
      work(made);
    } catch (InterruptedException e) {
      log.debug("{}: task {} was interrupted while it stopped", connector(), name, e);
    } catch (Exception e) {
      if (!stopping) {
        failure = e;
      }
      log.warn("{}: the plugin's task {} failed", connector(), name, e);
    } finally {
      end();
    }
  }

  private Parts make() throws Exception {
    PluginClass type = setup.type();
    calls.of(type.loader());
    return Objects.requireNonNull(
        calls.call(
            "the constructor",
            () -> {
              PluginFolder folder = PluginFolder.open(setup.settings().folder());
              Map<String, String> properties = setup.settings().properties();
              return new Parts(
                  type.make(SourceTask.class),
                  new HostedRecords(
                      setup.origin(),
                      setup.firstSequence(),
                      new Converters(folder, properties),
                      new Transforms<>(folder, properties),
                      setup.companion().shape()));
            }));
  }

  private void work(Parts made) throws Exception {
    SourceTask task = made.task();
    long backoffMs = 0;
    while (!stopping) {
      tellSettled(task);
      if (backoffMs > 0) {
        work.awaitMs(backoffMs);
      }
      try {
        long beganNs = System.nanoTime();
        List<SourceRecord> polled = calls.call("poll", task::poll);
        backoffMs = 0;
        pollTrouble = null;
        polledOnce = true;
        if (polled != null && !polled.isEmpty()) {
          handOver(made, polled);
        } else if (System.nanoTime() - beganNs < TimeUnit.MILLISECONDS.toNanos(EMPTY_POLL_MS)) {
          work.awaitMs(EMPTY_POLL_MS);
        }
      } catch (RetriableException e) {
        backoffMs = Math.min(MAX_BACKOFF_MS, Math.max(FIRST_BACKOFF_MS, backoffMs * 2));
        pollTrouble = "task " + name + " can't poll now: " + e.getMessage();
        log.debug("{}: {}", connector(), pollTrouble, e);
        setup.ready().raise();
      }
    }
  }

  private String connector() {
    return setup.origin().connector();
  }

  private void handOver(Parts made, List<SourceRecord> polled) throws Exception {
    for (SourceRecord original : polled) {
      while (isFull() && !stopping) {
        work.awaitMs(1_000);
        tellSettled(made.task());
      }
      if (stopping) {
        return; // polled again after the next start
      }
      offer(made.records().hosted(original));
    }
  }

  private boolean isFull() {
    synchronized (lock) {
      return !waiting.isEmpty() && waitingBytes >= setup.maxBytes();
    }
  }

  private void offer(Polled record) {
    boolean first;
    synchronized (lock) {
      first = waiting.isEmpty();
      waiting.add(record);
      waitingBytes += record.bytes();
    }
    if (first) {
      setup.ready().raise();
    }
  }

  /** The source partition of a record; null if it has none. */
  @SuppressWarnings("unchecked") // it has texts for keys
  static @Nullable Map<String, ?> partition(Polled record) {
    return (Map<String, ?>) record.original().sourcePartition();
  }

  /** The offset of a record; null if it has none. */
  @SuppressWarnings("unchecked") // it has texts for keys
  static @Nullable Map<String, ?> offset(Polled record) {
    return (Map<String, ?>) record.original().sourceOffset();
  }

  /**
   * Takes records that wait; at most so many, and no more once they have so many bytes. The intake's
   * thread.
   */
  List<Polled> take(int maxRecords, long maxBytes) {
    List<Polled> taken = new ArrayList<>();
    boolean room;
    synchronized (lock) {
      boolean wasFull = waitingBytes >= setup.maxBytes();
      long bytes = 0;
      while (!waiting.isEmpty() && taken.size() < maxRecords && bytes < maxBytes) {
        Polled record = waiting.poll();
        bytes += record.bytes();
        taken.add(record);
      }
      waitingBytes -= bytes;
      room = wasFull && waitingBytes < setup.maxBytes();
    }
    if (room) {
      work.raise();
    }
    return taken;
  }

  /** These records are settled, and their offsets are stored. Any thread. */
  void settled(List<Polled> records) {
    synchronized (lock) {
      settled.addAll(records);
      flushed = true;
    }
    work.raise();
  }

  private void tellSettled(SourceTask task) throws InterruptedException {
    List<Polled> records;
    boolean flush;
    synchronized (lock) {
      records = List.copyOf(settled);
      settled.clear();
      flush = flushed;
      flushed = false;
    }
    if (!records.isEmpty()) {
      recordTrouble = null; // it lasts until other records go well
    }
    for (Polled record : records) {
      String trouble =
          tell("commitRecord", () -> task.commitRecord(record.original(), metadata(record)));
      if (trouble != null) {
        recordTrouble = trouble;
      }
    }
    if (flush) {
      commitTrouble = tell("commit", task::commit);
    }
  }

  /** Calls, and answers what went wrong, if anything. */
  private @Nullable String tell(String what, PluginCalls.Action call) throws InterruptedException {
    try {
      calls.run(what, call);
      return null;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      // The record is settled whatever the plugin makes of it.
      String trouble = "task " + name + " failed in " + what + "(): " + e;
      log.warn("{}: {}", connector(), trouble, e);
      return trouble;
    }
  }

  /** None for a record that was dropped; there is no topic, but plugins look at these. */
  @SuppressWarnings("NullAway") // the API takes null for a dropped record
  private static @Nullable RecordMetadata metadata(Polled record) {
    if (record.hosted() == null) {
      return null;
    }
    String topic = Objects.requireNonNullElse(record.original().topic(), "");
    return new RecordMetadata(new TopicPartition(topic, 0), record.sequence(), 0, -1, -1, -1);
  }

  private void end() {
    Parts made = parts;
    try {
      if (made != null) {
        if (!stopCalled.get()) {
          tellSettled(made.task());
        }
        if (stopCalled.compareAndSet(false, true)) {
          calls.run("stop", made.task()::stop);
        }
      }
    } catch (Exception e) {
      log.warn("{}: the plugin's task {} failed to stop", connector(), name, e);
    } finally {
      if (made != null) {
        made.records().close();
      }
      ended.countDown();
      setup.ready().raise();
    }
  }

  /** Asks it to end, without waiting. Any thread. */
  void askToStop() {
    stopping = true;
    work.raise();
  }

  /**
   * Ends it: lets it come back from poll by itself for half the time, then stops it from this thread, and
   * at last interrupts it. A thread that hangs all the same is left behind.
   *
   * @return what it hangs in, if it is left behind
   */
  Optional<String> stop(Duration limit) {
    askToStop();
    long half = limit.toMillis() / 2;
    try {
      if (ended.await(half, TimeUnit.MILLISECONDS)) {
        return Optional.empty();
      }
      if (calls.running().filter("poll"::equals).isPresent()
          && stopCalled.compareAndSet(false, true)) {
        Thread stopper = new Thread(this::stopFromOutside, thread.getName() + "-stop");
        stopper.setDaemon(true);
        stopper.start();
      }
      if (!ended.await(half, TimeUnit.MILLISECONDS)) {
        thread.interrupt();
        if (!ended.await(1, TimeUnit.SECONDS)) {
          return Optional.of(calls.hanging(Duration.ZERO).orElse("task " + name + " did not stop"));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  private void stopFromOutside() {
    SourceTask task = Objects.requireNonNull(parts).task();
    Isolated.run(
        setup.type().loader(),
        () -> {
          try {
            task.stop();
          } catch (RuntimeException e) {
            log.warn("{}: the plugin's task {} failed to stop", connector(), name, e);
          }
        });
  }

  /** Whether its thread has ended. Any thread. */
  boolean isEnded() {
    return ended.getCount() == 0;
  }

  /** Whether it has come so far that poll has returned. Any thread. */
  boolean hasPolled() {
    return polledOnce;
  }

  /** Why it ended by itself. Any thread. */
  @Nullable Exception failure() {
    return failure;
  }

  /** What is odd: a callback that doesn't return, or one that fails. Any thread. */
  Optional<String> trouble(Limits limits) {
    boolean polls = calls.running().filter("poll"::equals).isPresent();
    Optional<String> hanging = calls.hanging(polls ? limits.poll() : limits.callback());
    return hanging
        .or(() -> Optional.ofNullable(pollTrouble))
        .or(() -> Optional.ofNullable(recordTrouble))
        .or(() -> Optional.ofNullable(commitTrouble));
  }
}
