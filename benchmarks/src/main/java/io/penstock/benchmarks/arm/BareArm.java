package io.penstock.benchmarks.arm;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The loop that one would write by hand: poll, apply, send, flush, commit. */
public final class BareArm implements Arm {

  private static final Duration POLL = Duration.ofMillis(100);

  private final AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
  private @Nullable Thread loop;
  private volatile boolean closing;

  /** For {@link ArmMain}. */
  public BareArm() {}

  @Override
  public void start(ArmSettings settings) {
    Thread thread = new Thread(() -> run(settings), "bare-loop");
    thread.start();
    loop = thread;
  }

  private void run(ArmSettings settings) {
    try (KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                settings.consumerProperties(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                settings.producerProperties(),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      consumer.subscribe(List.of(settings.input()));
      boolean async = "async".equals(settings.options().get("commit"));
      while (!closing) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        if (records.isEmpty()) {
          continue;
        }
        for (ConsumerRecord<byte[], byte[]> read : records) {
          producer.send(
              new ProducerRecord<>(settings.output(), read.key(), Work.apply(read.value())),
              (metadata, failure) -> {
                if (failure != null) {
                  failed.compareAndSet(null, failure);
                }
              });
        }
        producer.flush();
        Exception failure = failed.get();
        if (failure != null) {
          throw new IllegalStateException("A result could not be written.", failure);
        }
        if (async) {
          consumer.commitAsync();
        } else {
          consumer.commitSync();
        }
      }
      consumer.commitSync();
    }
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    if (loop != null) {
      loop.join();
    }
  }
}
