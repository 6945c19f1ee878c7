package io.penstock.server.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads every invoice from the beginning of the topic, on a thread of its own, and counts it by the
 * number of its order. In no group: nobody's progress is its own.
 */
final class InvoiceReader implements AutoCloseable {

  /** The first invoice: what was ordered, and what became of it. */
  record Sample(String order, String invoice) {}

  private static final String ORDER = "order";
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final JsonFactory json = new JsonFactory();
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Arrivals arrivals;
  private final Consumer<Sample> first;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::run, "penstock-demo-reader");
  private boolean shown;

  /**
   * A reader that isn't started.
   *
   * @param first gets the first invoice, on the reader's thread
   */
  InvoiceReader(
      String bootstrapServers,
      List<TopicPartition> partitions,
      Arrivals arrivals,
      Consumer<Sample> first) {
    this.partitions = partitions;
    this.arrivals = arrivals;
    this.first = first;
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "client.id",
                "demo-invoices",
                "isolation.level",
                "read_committed",
                "fetch.max.wait.ms",
                50),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  void start() {
    thread.start();
  }

  private void run() {
    try (consumer) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          arrived(record.value(), System.nanoTime());
        }
      }
    } catch (WakeupException e) {
      return; // closed
    } catch (RuntimeException e) {
      failure.set(e);
    }
  }

  private void arrived(byte[] invoice, long nowNs) {
    long number = orderNumber(invoice);
    arrivals.arrived(number, number >= 0 && Orders.isPaid(number), nowNs);
    if (!shown && number >= 0) {
      shown = true;
      first.accept(
          new Sample(
              new String(Orders.json(number), StandardCharsets.UTF_8),
              new String(invoice, StandardCharsets.UTF_8)));
    }
  }

  /** The number of the order that an invoice names, -1 if it names none of ours. */
  private long orderNumber(byte[] invoice) {
    try (JsonParser parser = json.createParser(invoice)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return -1;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean names = ORDER.equals(parser.currentName());
        if (parser.nextToken() == JsonToken.VALUE_STRING && names) {
          return Orders.number(parser.getText());
        }
        parser.skipChildren();
      }
    } catch (IOException e) {
      return -1; // no JSON: counted as an invoice that nobody ordered
    }
    return -1;
  }

  /** Why it can't read any more, if that is so. */
  @Nullable Exception failure() {
    return failure.get();
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join(CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
