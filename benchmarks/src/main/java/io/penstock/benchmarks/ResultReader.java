package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.Work;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads results on a thread of its own as they come, and notes for each how long ago it was due. It
 * must run in the same JVM as {@link LatencyRun}'s load: they share a clock.
 */
final class ResultReader implements AutoCloseable {

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String topic;
  private final long[] latencyNs;
  private final AtomicInteger read = new AtomicInteger();
  private final AtomicReference<@Nullable RuntimeException> failed = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean closing;

  ResultReader(String bootstrapServers, String topic, int events) {
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.topic = topic;
    this.latencyNs = new long[events];
    this.thread = new Thread(this::run, "result-reader");
  }

  void start() {
    thread.start();
  }

  private void run() {
    try (consumer) {
      consumer.assign(Topics.partitions(topic));
      consumer.seekToBeginning(Topics.partitions(topic));
      while (!closing) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
        long nowNs = System.nanoTime();
        for (ConsumerRecord<byte[], byte[]> result : records) {
          latencyNs[Math.toIntExact(Work.resultId(result.value()))] =
              nowNs - Work.time(result.value());
        }
        read.addAndGet(records.count());
      }
    } catch (RuntimeException failure) {
      failed.set(failure);
    }
  }

  /** Returns how many results came so far. */
  int read() {
    return read.get();
  }

  void throwIfFailed() {
    RuntimeException failure = failed.get();
    if (failure != null) {
      throw new BenchmarkException("The results could not be read.", failure);
    }
  }

  /** The latencies of the events with these ids, once they were read. */
  Figures.Latency latency(int fromId, int toId) {
    return Figures.Latency.of(Arrays.copyOfRange(latencyNs, fromId, toId));
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
