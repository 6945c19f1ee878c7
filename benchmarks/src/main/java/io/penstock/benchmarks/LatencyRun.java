package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.ArmSettings;
import io.penstock.benchmarks.arm.Work;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * One arm under a steady load, and the reader of its results. Each event carries the {@link
 * System#nanoTime} at which it was due, so that a stall of the sender counts as latency too.
 *
 * <p>Confined to the benchmark's thread.
 */
final class LatencyRun implements AutoCloseable {

  private static final Duration LATE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(5);

  private final ArmSpec arm;
  private final ArmSettings settings;
  private final ArmProcess process;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ResultReader results;
  private final AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
  private int sent;

  LatencyRun(ArmSpec arm, ArmSettings settings, int events) {
    this.arm = arm;
    this.settings = settings;
    this.process = ArmProcess.launch(arm, settings);
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", settings.bootstrapServers(), "linger.ms", "0"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.results = new ResultReader(settings.bootstrapServers(), settings.output(), events);
    results.start();
  }

  /** Sends so many events to each, at this rate each, and returns when all results were read. */
  static void send(List<LatencyRun> runs, int events, int eventsPerSecond) {
    long intervalNs = TimeUnit.SECONDS.toNanos(1) / eventsPerSecond;
    long dueNs = System.nanoTime();
    for (int i = 0; i < events; i++) {
      dueNs += intervalNs;
      for (long early = dueNs - System.nanoTime(); early > 0; early = dueNs - System.nanoTime()) {
        LockSupport.parkNanos(early);
      }
      for (LatencyRun run : runs) {
        run.send(dueNs);
      }
    }
    runs.forEach(LatencyRun::awaitResults);
  }

  private void send(long dueNs) {
    producer.send(
        new ProducerRecord<>(settings.input(), Topics.key(sent), Work.make(sent, dueNs)),
        (metadata, failure) -> {
          if (failure != null) {
            failed.compareAndSet(null, failure);
          }
        });
    sent++;
  }

  private void awaitResults() {
    long deadlineNs = System.nanoTime() + LATE.toNanos();
    while (results.read() < sent) {
      process.checkAlive();
      results.throwIfFailed();
      Exception failure = failed.get();
      if (failure != null) {
        throw new BenchmarkException("The load could not be written.", failure);
      }
      if (System.nanoTime() > deadlineNs) {
        throw new BenchmarkException(
            arm.name()
                + " had "
                + results.read()
                + " of "
                + sent
                + " results "
                + LATE.toSeconds()
                + " s after the last event.");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  long pid() {
    return process.pid();
  }

  /** Measures one turn. */
  Figures measure(int events, int eventsPerSecond, CpuClock clock) {
    int from = sent;
    CpuClock.Reading start = clock.read();
    send(List.of(this), events, eventsPerSecond);
    return Figures.of(
        events, start, clock.read(), process.peakRssBytes(), results.latency(from, sent));
  }

  /** Ends the arm in good order and checks all that it wrote and committed. */
  void endAndCheck(String bootstrapServers, Topics topics) {
    process.end();
    topics.check(arm, settings, sent);
    OutputCheck.check(bootstrapServers, settings.output(), arm, sent);
  }

  @Override
  public void close() {
    process.close();
    results.close();
    producer.close(Duration.ZERO);
  }
}
