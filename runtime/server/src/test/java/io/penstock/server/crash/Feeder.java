package io.penstock.server.crash;

import io.penstock.server.crash.Produced.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Produces events and notes where they are. Confined to one thread. */
final class Feeder implements AutoCloseable {

  private static final int THOUSAND = 1_000;

  /** One event in so many has no key. */
  private static final int KEYLESS_ONE_IN = 50;

  private final String topic;
  private final Setup setup;
  private final History history;
  private final SplittableRandom random;
  private final int[] sequences;
  private final KafkaProducer<byte[], byte[]> producer;

  Feeder(String servers, String topic, Setup setup, History history, long seed) {
    this.topic = topic;
    this.setup = setup;
    this.history = history;
    this.random = new SplittableRandom(seed);
    this.sequences = new int[setup.keys()];
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                servers,
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                // A partition just made may refuse the first of several requests in flight.
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                1),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Produces so many events more, and returns when the broker has them. */
  void feed(int count) {
    List<TestRecord> records = new ArrayList<>(count);
    List<Future<RecordMetadata>> answers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean keyless = random.nextInt(KEYLESS_ONE_IN) == 0;
      int key = keyless ? Produced.NO_KEY : random.nextInt(setup.keys());
      int sequence = keyless ? 0 : sequences[key]++;
      TestRecord record =
          new TestRecord(history.produced.size() + i, key, sequence, kind(), setup.eventBytes());
      records.add(record);
      answers.add(producer.send(record.to(topic)));
    }
    producer.flush();
    for (int i = 0; i < count; i++) {
      TestRecord record = records.get(i);
      RecordMetadata place = get(answers.get(i));
      history.produced(
          new Produced(
              record.number(),
              record.key(),
              record.sequence(),
              record.kind(),
              place.partition(),
              place.offset()));
    }
  }

  private static RecordMetadata get(Future<RecordMetadata> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new AssertionError("an event could not be produced", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while producing", e);
    }
  }

  private Kind kind() {
    int dice = random.nextInt(THOUSAND);
    for (Kind kind : Kind.values()) {
      dice -= setup.kinds().getOrDefault(kind, 0);
      if (dice < 0) {
        return kind;
      }
    }
    return Kind.PLAIN;
  }

  @Override
  public void close() {
    producer.close();
  }
}
