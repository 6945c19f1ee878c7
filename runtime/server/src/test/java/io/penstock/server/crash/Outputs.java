package io.penstock.server.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.server.crash.Arrival.Place;
import io.penstock.server.crash.Letter.Content;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads what the connector wrote, with a consumer of its own, into the history. Not thread-safe. */
final class Outputs implements AutoCloseable {

  private static final Duration A_MOMENT = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** More offsets than a topic has in a test. */
  private static final long GENERATION = 1L << 40;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Setup setup;
  private final History history;
  private final String deadLetters;
  private final List<String> results;
  private final List<TopicPartition> partitions = new ArrayList<>();
  private final Map<String, Long> beginnings = new HashMap<>();
  private final KafkaConsumer<byte[], byte[]> consumer;

  Outputs(String servers, Topics topics, Setup setup, History history) {
    this.setup = setup;
    this.history = history;
    this.results = List.of(topics.first(), topics.second());
    this.deadLetters = topics.deadLetters();
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                servers,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                5_000),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    for (String topic : List.of(results.get(0), results.get(1), deadLetters)) {
      IntStream.range(0, setup.partitions())
          .forEach(partition -> partitions.add(new TopicPartition(topic, partition)));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads what comes within a moment. */
  void read() {
    consumer.poll(A_MOMENT).forEach(this::note);
  }

  /** Reads up to where the topics end now. */
  void readToEnd() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      read();
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("the outputs can't be read to their ends " + ends);
      }
    }
  }

  /** Goes on in a topic that was made anew, whose offsets count on from those it had. */
  void beginAnew(String topic) {
    beginnings.merge(topic, GENERATION, Long::sum);
    consumer.seekToBeginning(partitions.stream().filter(p -> p.topic().equals(topic)).toList());
  }

  private void note(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(deadLetters)) {
      history.letters.add(letter(record));
      return;
    }
    List<Long> result = Stamp.read(record.value());
    history.arrived(
        new Arrival(
            new Place(
                results.indexOf(record.topic()),
                record.partition(),
                beginnings.getOrDefault(record.topic(), 0L) + record.offset()),
            record.timestamp(),
            Math.toIntExact(result.get(0)),
            Math.toIntExact(result.get(1)),
            Math.toIntExact(result.get(2)),
            result.get(3),
            id(record)));
  }

  private static String id(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.headers().lastHeader("ce_id").value(), UTF_8);
  }

  private Letter letter(ConsumerRecord<byte[], byte[]> record) {
    JsonNode letter;
    try {
      letter = JSON.readTree(record.value());
    } catch (IOException e) {
      throw new AssertionError("a dead letter that is not JSON at " + record, e);
    }
    String lane = letter.get("lane").textValue();
    int partition = Integer.parseInt(lane.substring(lane.lastIndexOf('-') + 1));
    Produced event = history.find(partition, letter.get("position").longValue());
    JsonNode sink = letter.at("/cause/sink");
    String function = letter.get("function").textValue();
    return new Letter(
        record.timestamp(),
        event == null ? -1 : event.number(),
        letter.at("/cause/code").textValue() + ": " + letter.at("/cause/text").textValue(),
        sink.isMissingNode() ? null : sink.textValue(),
        letter.get("attempts").intValue(),
        Integer.parseInt(function.substring(function.lastIndexOf('-') + 1)),
        id(record),
        event != null && isIntact(letter.get("original"), event)
            ? Content.INTACT
            : Content.CHANGED);
  }

  private boolean isIntact(JsonNode original, Produced event) {
    TestRecord expected = TestRecord.of(event, setup.eventBytes());
    List<Header> headers = expected.headers();
    JsonNode found = original.get("headers");
    boolean intact =
        headers.size() == found.size()
            && Arrays.equals(bytes(original.get("key")), expected.keyBytes())
            && Arrays.equals(bytes(original.get("value")), expected.value());
    for (int i = 0; intact && i < headers.size(); i++) {
      intact =
          found.get(i).get("name").textValue().equals(headers.get(i).key())
              && Arrays.equals(bytes(found.get(i).get("value")), headers.get(i).value());
    }
    return intact;
  }

  private static byte @Nullable [] bytes(JsonNode base64) {
    try {
      return base64.isNull() ? null : base64.binaryValue();
    } catch (IOException e) {
      throw new AssertionError("not Base64: " + base64, e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
