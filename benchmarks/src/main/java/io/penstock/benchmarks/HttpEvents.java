package io.penstock.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Events as they go over HTTP: JSON, with keys that are texts. */
final class HttpEvents {

  private static final String FILLER = "abcdefghijklmnopqrstuvwxyz";

  private HttpEvents() {}

  /** Writes events with values of so many bytes. */
  static void fill(String bootstrapServers, String topic, long events, int valueBytes) {
    AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
    Map<String, Object> properties =
        Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "20", "batch.size", "262144");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (long id = 0; id < events && failed.get() == null; id++) {
        byte[] key = ("customer-" + id % Topics.KEYS).getBytes(StandardCharsets.UTF_8);
        producer.send(
            new ProducerRecord<>(topic, key, value(id, valueBytes)),
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

  private static byte[] value(long id, int bytes) {
    StringBuilder json = new StringBuilder(bytes);
    json.append("{\"number\":").append(id).append(",\"status\":\"PAID\",\"note\":\"");
    while (json.length() < bytes - 2) {
      json.append(FILLER.charAt(json.length() % FILLER.length()));
    }
    return json.append("\"}").toString().getBytes(StandardCharsets.UTF_8);
  }
}
