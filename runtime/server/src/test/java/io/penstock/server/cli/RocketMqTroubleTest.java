package io.penstock.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.broker.KafkaCluster;
import io.penstock.broker.junit.SharedKafka;
import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.junit.RocketMqTest;
import io.penstock.testkit.http.HttpPeer;
import io.penstock.testkit.http.Received;
import io.penstock.testkit.http.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole worker between RocketMQ and what goes wrong behind it, in both forms of the source. */
@RocketMqTest
@DisplayName("penstock run, from RocketMQ into trouble")
class RocketMqTroubleTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int EVENTS = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  private final String prefix = "trouble-" + UUID.randomUUID().toString().substring(0, 8) + "-";
  private RocketMqCluster cluster;
  private RocketMqTopics topics;

  @BeforeEach
  void connect(RocketMqCluster shared) {
    cluster = shared;
    topics = new RocketMqTopics(shared);
  }

  @AfterEach
  void disconnect() {
    topics.close();
  }

  // ---- what all tests do

  private interface Meanwhile {
    void happens() throws Exception;
  }

  /** Runs a worker with these connectors while something happens, and stops it. */
  private void run(Meanwhile meanwhile, String... connectors) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("connectors.json"), "[" + String.join(",", connectors) + "]");
    CommandRun command = new CommandRun();
    CompletableFuture<Integer> ended =
        command.start(
            "run", file, "--port", 0, "--data", directory.resolve("data"), "--drain", "1s");
    try {
      meanwhile.happens();
    } catch (Exception | AssertionError e) {
      throw new AssertionError(command.err(), e);
    } finally {
      command.stop.request();
      assertThat(ended.get(60, TimeUnit.SECONDS)).as(command.err()).isZero();
    }
  }

  private static String connector(String name, String... parts) {
    return "{ \"apiVersion\": \"penstock/v1\", \"name\": \""
        + name
        + "\", "
        + String.join(",\n", parts)
        + "}";
  }

  private String rocketMq(String list, String topic) {
    return "\"%s\": [ { \"type\": \"rocketmq\", \"nameServer\": \"%s\", \"topic\": \"%s\" } ]"
        .formatted(list, cluster.nameServer(), topic);
  }

  // ---- a slow function

  @Tag("crash")
  @ParameterizedTest
  @EnumSource
  void aFunctionThatNeverReturnsStarvesNoOtherConnector(RocketMqForm form) throws Exception {
    String slow = prefix + "slow";
    String quick = prefix + "quick";
    String out = prefix + "out";
    topics.create(slow, quick, out);
    topics.send(slow, EVENTS, i -> "slow-" + i);
    int entered = Stuck.ENTERED.get();
    run(
        () -> {
          await().atMost(SOON).until(() -> Stuck.ENTERED.get() > entered);
          topics.send(quick, EVENTS, i -> "quick-" + i);
          await().atMost(SOON).until(() -> topics.texts(out).size() >= EVENTS);
          assertThat(topics.texts(out)).hasSize(EVENTS).doesNotHaveDuplicates();
        },
        connector(
            "slow",
            form.source(cluster, slow),
            "\"function\": { \"type\": \"java\", \"name\": \"stuck\","
                + " \"handler\": \"io.penstock.server.cli.Stuck\" }"),
        connector(
            "quick",
            form.source(cluster, quick),
            "\"function\": { \"type\": \"java\", \"name\": \"refusing\","
                + " \"handler\": \"io.penstock.server.cli.Refusing\" }",
            rocketMq("onSuccess", out)));
  }

  // ---- throttling

  @Tag("crash")
  @ParameterizedTest
  @EnumSource(names = "LOG") // of both forms below, for a minute
  void throttlingCostsNoAttempt(RocketMqForm form) throws Exception {
    throttle(form, Duration.ofSeconds(5), request -> Reply.status(429));
  }

  @Tag("soak")
  @ParameterizedTest
  @EnumSource
  void aMinuteOfThrottlingCostsNoAttempt(RocketMqForm form) throws Exception {
    throttle(form, Duration.ofSeconds(60), request -> Reply.status(503).header("retry-after", "5"));
  }

  /** Longer than messages are invisible: what is held is renewed, or it would come again. */
  private void throttle(RocketMqForm form, Duration time, Function<Received, Reply> throttled)
      throws Exception {
    String in = prefix + "in";
    String dead = prefix + "dead";
    topics.create(in, dead);
    topics.send(in, EVENTS, i -> "event-" + i);
    Map<String, String> deliveries = new ConcurrentHashMap<>();
    AtomicInteger refused = new AtomicInteger();
    long[] endNs = {0};
    try (HttpPeer function =
        HttpPeer.start(
            request -> {
              if (endNs[0] == 0) {
                endNs[0] = System.nanoTime() + time.toNanos();
              }
              if (System.nanoTime() < endNs[0]) {
                refused.incrementAndGet();
                return throttled.apply(request);
              }
              deliveries.merge(
                  request.text(), request.header("ce-rocketmqattempt"), (a, b) -> a + " and " + b);
              return Reply.status(204);
            })) {
      run(
          () ->
              await()
                  .atMost(SOON.plus(time.multipliedBy(2)))
                  .until(() -> deliveries.size() >= EVENTS),
          connector(
              "throttled",
              form.source(cluster, in),
              "\"function\": { \"type\": \"http\", \"url\": \"" + function.url("/fn") + "\" }",
              "\"delivery\": { \"retry\": { \"maxAttempts\": 1, \"backoff\": { \"max\": \"1s\" } } }",
              rocketMq("onFailure", dead)));
    }
    assertThat(refused.get()).isGreaterThan(3);
    assertThat(deliveries).hasSize(EVENTS);
    deliveries.values().removeIf("1"::equals);
    assertThat(deliveries).as("events not on their first delivery, or more than once").isEmpty();
    assertThat(topics.read(dead)).isEmpty();
  }

  // ---- dead letters

  @Tag("crash")
  @ParameterizedTest
  @EnumSource
  void aDeadLetterHoldsEverythingWhereverItGoes(RocketMqForm form) throws Exception {
    String dead = prefix + "dead";
    topics.create(prefix + "a", prefix + "b", prefix + "c", dead);
    for (String in : List.of("a", "b", "c")) {
      topics.send(prefix + in, 30, i -> i == 7 ? "reject-7" : i == 8 ? "fail-8" : "fine-" + i);
    }
    KafkaCluster kafka = SharedKafka.cluster();
    createKafkaTopic(kafka, dead);
    try (HttpPeer webhook = HttpPeer.start(request -> Reply.status(204))) {
      run(
          () ->
              await()
                  .atMost(SOON)
                  .until(
                      () ->
                          topics.read(dead).size() >= 2
                              && fromKafka(kafka, dead).size() >= 2
                              && webhook.received().size() >= 2),
          refusing("a", form, rocketMq("onFailure", dead)),
          refusing(
              "b",
              form,
              "\"onFailure\": [ { \"type\": \"kafka\", \"bootstrapServers\": \"%s\", \"topic\": \"%s\" } ]"
                  .formatted(kafka.bootstrapServers(), dead)),
          refusing(
              "c",
              form,
              "\"onFailure\": [ { \"type\": \"webhook\", \"url\": \"%s\" } ]"
                  .formatted(webhook.url("/dead"))));
      judge(topics.texts(dead));
      judge(fromKafka(kafka, dead));
      judge(webhook.received().stream().map(Received::text).toList());
    }
  }

  private String refusing(String in, RocketMqForm form, String onFailure) {
    return connector(
        in,
        form.source(cluster, prefix + in),
        "\"function\": { \"type\": \"java\", \"name\": \"refusing\","
            + " \"handler\": \"io.penstock.server.cli.Refusing\" }",
        "\"delivery\": { \"retry\": { \"maxAttempts\": 3, \"backoff\": { \"initial\": \"1ms\" } } }",
        onFailure);
  }

  private static void judge(List<String> letters) throws IOException {
    Map<String, JsonNode> byPayload = new HashMap<>();
    for (String letter : letters) {
      JsonNode json = JSON.readTree(letter);
      byPayload.put(new String(json.at("/original/value").binaryValue(), UTF_8), json);
    }
    assertThat(byPayload).containsOnlyKeys("reject-7", "fail-8");
    judge(byPayload.get("reject-7"), "key-7", 0, "not wanted"); // no attempt has failed
    judge(byPayload.get("fail-8"), "key-8", 3, "broken");
  }

  private static void judge(JsonNode letter, String key, int attempts, String cause)
      throws IOException {
    Map<String, String> properties = new HashMap<>();
    for (JsonNode header : letter.at("/original/headers")) {
      properties.put(
          header.get("name").textValue(), new String(header.get("value").binaryValue(), UTF_8));
    }
    assertThat(properties)
        .containsEntry("Colour", "red")
        .containsEntry("KEYS", key)
        .containsEntry("TAGS", "a-tag")
        .containsEntry("UNIQ_KEY", letter.at("/event/id").textValue());
    assertThat(letter.at("/attempts").intValue()).isEqualTo(attempts);
    assertThat(letter.at("/cause/code").textValue()).isNotBlank();
    assertThat(letter.at("/cause/text").textValue()).contains(cause);
  }

  private static void createKafkaTopic(KafkaCluster kafka, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
  }

  private static List<String> fromKafka(KafkaCluster kafka, String topic) {
    List<String> texts = new ArrayList<>();
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> texts.add(new String(record.value(), UTF_8)));
      }
    }
    return texts;
  }

  // ---- dead letters that fail

  @Tag("crash")
  @ParameterizedTest
  @EnumSource
  void whatCouldNotBeDeadLetteredIsNotAcknowledged(RocketMqForm form) throws Exception {
    topics.create(prefix + "a");
    topics.send(prefix + "a", 1, i -> "reject-" + i);
    Set<String> letters = ConcurrentHashMap.newKeySet();
    AtomicInteger refused = new AtomicInteger();
    try (HttpPeer webhook =
        HttpPeer.start(
            request -> {
              refused.incrementAndGet();
              return Reply.status(500);
            })) {
      String connector =
          refusing(
              "a",
              form,
              "\"onFailure\": [ { \"type\": \"webhook\", \"url\": \"%s\","
                      .formatted(webhook.url("/dead"))
                  + " \"retry\": { \"maxAttempts\": 3, \"backoff\": { \"initial\": \"1ms\" } } } ]");
      run(() -> await().atMost(SOON).until(() -> refused.get() >= 3), connector);

      webhook.answers(
          request -> {
            letters.add(request.text());
            return Reply.status(204);
          });
      run(() -> await().atMost(SOON).until(() -> !letters.isEmpty()), connector);
    }
    assertThat(letters).hasSize(1);
    assertThat(JSON.readTree(letters.iterator().next()).at("/original/value").binaryValue())
        .isEqualTo("reject-0".getBytes(UTF_8));
  }
}
