package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.Work;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends events at a fixed rate from a thread of its own. Each carries the {@link System#nanoTime}
 * at which it was due, so that a stall of the sender counts as latency too.
 */
final class SteadyLoad implements AutoCloseable {

  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean closing;

  SteadyLoad(String bootstrapServers, String topic, int eventsPerSecond, int events) {
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "0"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.thread = new Thread(() -> send(topic, eventsPerSecond, events), "steady-load");
  }

  void start() {
    thread.start();
  }

  private void send(String topic, int eventsPerSecond, int events) {
    long intervalNs = TimeUnit.SECONDS.toNanos(1) / eventsPerSecond;
    long dueNs = System.nanoTime();
    for (int id = 0; id < events && !closing; id++) {
      dueNs += intervalNs;
      for (long early = dueNs - System.nanoTime(); early > 0; early = dueNs - System.nanoTime()) {
        LockSupport.parkNanos(early);
      }
      producer.send(
          new ProducerRecord<>(topic, Topics.key(id), Work.make(id, dueNs)),
          (metadata, failure) -> {
            if (failure != null) {
              failed.compareAndSet(null, failure);
            }
          });
    }
  }

  void throwIfFailed() {
    Exception failure = failed.get();
    if (failure != null) {
      throw new BenchmarkException("The load could not be written.", failure);
    }
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    producer.close();
  }
}
