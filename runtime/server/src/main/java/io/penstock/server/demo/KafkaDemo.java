package io.penstock.server.demo;

import io.penstock.broker.BrokerOptions;
import io.penstock.broker.BrokerProcess;
import io.penstock.broker.process.BrokerException;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A Kafka broker for the demo. */
final class KafkaDemo implements DemoSystem {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final BrokerProcess broker;

  private KafkaDemo(BrokerProcess broker) {
    this.broker = broker;
  }

  static KafkaDemo start(@Nullable Path jars) {
    BrokerOptions options = BrokerOptions.defaults();
    KafkaDemo demo =
        new KafkaDemo(
            BrokerProcess.start(
                jars == null
                    ? options
                    : options.withClassPath(List.of(jars + File.separator + "*"))));
    try {
      demo.createTopics();
    } catch (RuntimeException e) {
      demo.close();
      throw e;
    }
    return demo;
  }

  private void createTopics() {
    List<NewTopic> topics =
        Stream.of(Orders.TOPIC, Orders.INVOICES, Orders.KAFKA_DEAD)
            .map(name -> new NewTopic(name, LANES, (short) 1))
            .toList();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", address()))) {
      admin.createTopics(topics).all().get();
    } catch (ExecutionException e) {
      throw new BrokerException("the throw-away broker made no topics: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerException("interrupted while topics were made", e);
    }
  }

  @Override
  public String address() {
    return broker.bootstrapServers();
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("KAFKA_BOOTSTRAP_SERVERS", address());
  }

  @Override
  public long pid() {
    return broker.pid();
  }

  @Override
  public OrderSender orders() {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", address(), "client.id", "demo-orders"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    return new OrderSender() {
      @Override
      public void send(byte[] key, byte[] order, Consumer<Exception> failed) {
        var unused = // the callback tells
            producer.send(
                new ProducerRecord<>(Orders.TOPIC, key, order),
                (metadata, error) -> {
                  if (error != null) {
                    failed.accept(error);
                  }
                });
      }

      @Override
      public void close() {
        producer.close(CLOSE);
      }
    };
  }

  /** In no group: nobody's progress is its own. */
  @Override
  public InvoiceSource invoices() {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                address(),
                "client.id",
                "demo-invoices",
                "isolation.level",
                "read_committed",
                "fetch.max.wait.ms",
                50),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        IntStream.range(0, LANES)
            .mapToObj(partition -> new TopicPartition(Orders.INVOICES, partition))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return new InvoiceSource() {
      @Override
      public @Nullable Iterable<byte[]> poll() {
        List<byte[]> found = new ArrayList<>();
        try {
          consumer.poll(POLL).forEach(record -> found.add(record.value()));
        } catch (WakeupException e) {
          return null; // as it says
        }
        return found;
      }

      @Override
      public void wakeup() {
        consumer.wakeup();
      }

      @Override
      public void close() {
        consumer.close();
      }
    };
  }

  @Override
  public void close() {
    broker.close();
  }
}
