package io.penstock.benchmarks.arm;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import io.confluent.parallelconsumer.PollContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Confluent's parallel consumer. Options: {@code order} (unordered, key or partition), {@code
 * batchSize} and {@code maxConcurrency}.
 */
public final class ParallelConsumerArm implements Arm {

  private static final Duration CLOSE = Duration.ofSeconds(30);

  private @Nullable ParallelStreamProcessor<byte[], byte[]> processor;

  /** For {@link ArmMain}. */
  public ParallelConsumerArm() {}

  @Override
  public void start(ArmSettings settings) {
    // It closes both clients itself.
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            settings.consumerProperties(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            settings.producerProperties(), new ByteArraySerializer(), new ByteArraySerializer());
    ParallelConsumerOptions<byte[], byte[]> options =
        ParallelConsumerOptions.<byte[], byte[]>builder()
            .consumer(consumer)
            .producer(producer)
            .ordering(
                ProcessingOrder.valueOf(
                    settings.options().getOrDefault("order", "key").toUpperCase(Locale.ROOT)))
            .batchSize(Integer.parseInt(settings.options().getOrDefault("batchSize", "1")))
            .maxConcurrency(
                Integer.parseInt(settings.options().getOrDefault("maxConcurrency", "16")))
            .build();
    ParallelStreamProcessor<byte[], byte[]> starting =
        ParallelStreamProcessor.createEosStreamProcessor(options);
    starting.subscribe(List.of(settings.input()));
    starting.pollAndProduceMany(batch -> results(batch, settings.output()));
    processor = starting;
  }

  private static List<ProducerRecord<byte[], byte[]>> results(
      PollContext<byte[], byte[]> batch, String output) {
    List<ProducerRecord<byte[], byte[]>> results = new ArrayList<>((int) batch.size());
    batch.forEach(
        read -> results.add(new ProducerRecord<>(output, read.key(), Work.apply(read.value()))));
    return results;
  }

  @Override
  public void close() {
    if (processor != null) {
      processor.closeDrainFirst(CLOSE);
    }
  }
}
