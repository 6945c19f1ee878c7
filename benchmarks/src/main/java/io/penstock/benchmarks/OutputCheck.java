package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.Work;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a whole output topic: every id once, every value a result, and each key in sequence. */
final class OutputCheck {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private OutputCheck() {}

  static void check(String bootstrapServers, String topic, ArmSpec arm, long events) {
    BitSet seen = new BitSet(Math.toIntExact(events));
    long[] lastOfKey = new long[Topics.KEYS];
    Arrays.fill(lastOfKey, -1);
    long read = 0;
    long deadline = System.nanoTime() + LIMIT.toNanos();
    Map<String, Object> properties =
        Map.of("bootstrap.servers", bootstrapServers, "max.poll.records", "10000");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(Topics.partitions(topic));
      consumer.seekToBeginning(Topics.partitions(topic));
      while (read < events && System.nanoTime() < deadline) {
        for (ConsumerRecord<byte[], byte[]> result : consumer.poll(Duration.ofMillis(200))) {
          read++;
          long id = Work.resultId(result.value());
          int key = Math.toIntExact(ByteBuffer.wrap(result.key()).getLong());
          if (seen.get(Math.toIntExact(id))) {
            throw new BenchmarkException(arm.name() + " wrote the event " + id + " twice.");
          }
          seen.set(Math.toIntExact(id));
          if (arm.order() == ArmSpec.Order.KEY && id <= lastOfKey[key]) {
            throw new BenchmarkException(
                arm.name()
                    + " wrote the event "
                    + id
                    + " after "
                    + lastOfKey[key]
                    + ", both of key "
                    + key
                    + ".");
          }
          lastOfKey[key] = id;
        }
      }
    }
    if (seen.cardinality() != events) {
      throw new BenchmarkException(
          arm.name() + " wrote " + seen.cardinality() + " different events of " + events + ".");
    }
  }
}
