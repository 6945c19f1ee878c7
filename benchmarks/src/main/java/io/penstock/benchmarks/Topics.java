package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.ArmSettings;
import io.penstock.benchmarks.arm.Work;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The topics of a benchmark, as the measuring side sees them. */
final class Topics implements AutoCloseable {

  static final int PARTITIONS = 12;

  /** Enough that every key order finds parallel work, few enough that keys repeat often. */
  static final int KEYS = 10_000;

  private static final int TIMEOUT_SECONDS = 30;
  private static final Duration LOOK = Duration.ofMillis(10);

  private final Admin admin;

  Topics(String bootstrapServers) {
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  /** Creates a topic and returns when it can be used, which is a moment after it was created. */
  void create(String topic) {
    get(
        admin
            .createTopics(List.of(new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty())))
            .all());
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (!isUsable(topic)) {
      if (System.nanoTime() > deadlineNs) {
        throw new BenchmarkException(
            "The topic "
                + topic
                + " could not be used "
                + TIMEOUT_SECONDS
                + " s after it was made.");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private boolean isUsable(String topic) {
    try {
      return written(topic) == 0;
    } catch (BenchmarkException notYet) {
      return false;
    }
  }

  void delete(String topic) {
    get(admin.deleteTopics(List.of(topic)).all());
  }

  static List<TopicPartition> partitions(String topic) {
    return IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition(topic, p)).toList();
  }

  /** Returns how many records were written to a topic. */
  long written(String topic) {
    Map<TopicPartition, OffsetSpec> latest =
        partitions(topic).stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    return get(admin.listOffsets(latest).all()).values().stream()
        .mapToLong(end -> end.offset())
        .sum();
  }

  private long committed(String group) {
    return get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .values()
        .stream()
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }

  /** Throws unless the arm wrote and committed exactly so many records. */
  void check(ArmSpec arm, ArmSettings settings, long events) {
    long written = written(settings.output());
    if (written != events) {
      throw new BenchmarkException(
          arm.name() + " wrote " + written + " events where " + events + " were expected.");
    }
    checkCommitted(arm, settings, events);
  }

  /** Throws unless the arm committed exactly so many records. */
  void checkCommitted(ArmSpec arm, ArmSettings settings, long events) {
    long committed = committed(settings.group());
    if (committed != events) {
      throw new BenchmarkException(
          arm.name() + " committed " + committed + " events where " + events + " were expected.");
    }
  }

  /** The key of an event: one of {@link #KEYS}. */
  static byte[] key(long id) {
    return ByteBuffer.allocate(Long.BYTES).putLong(id % KEYS).array();
  }

  /** Writes events with the ids from 0 and no time. */
  static void fill(String bootstrapServers, String topic, long events) {
    AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "linger.ms",
            "20",
            "batch.size",
            "262144",
            "buffer.memory",
            "67108864");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (long id = 0; id < events && failed.get() == null; id++) {
        producer.send(
            new ProducerRecord<>(topic, key(id), Work.make(id, 0)),
            (metadata, failure) -> {
              if (failure != null) {
                failed.compareAndSet(null, failure);
              }
            });
      }
      producer.flush();
    }
    Exception failure = failed.get();
    if (failure != null) {
      throw new BenchmarkException("The input could not be written.", failure);
    }
  }

  @Override
  public void close() {
    admin.close();
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw new BenchmarkException("The broker did not answer as it should.", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("Interrupted while waiting for the broker.", interrupted);
    }
  }
}
