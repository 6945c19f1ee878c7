package io.penstock.server.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.RocketMqCluster.GroupOrder;
import io.penstock.broker.rocketmq.RocketMqCluster.TopicType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.exception.OffsetNotFoundException;
import org.apache.rocketmq.client.impl.factory.MQClientInstance;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.header.QueryConsumerOffsetRequestHeader;
import org.jspecify.annotations.Nullable;

/**
 * RocketMQ to a function to RocketMQ, run by worker processes, and judged from outside: every event
 * has its result or its dead letter, under one id however often it came, the first occurrences of a
 * message group's results are in sequence, and no worker repeats what was committed before it
 * started. Confined to the test's thread.
 */
@SuppressWarnings("deprecation") // the one client that reads queues from any place, and no more
final class RocketMqRun implements AutoCloseable {

  /** How the source takes messages. */
  enum Mode {
    LOG,
    QUEUE
  }

  private static final String CONNECTOR = "rocketmq-crash";
  private static final int QUEUES = 8;
  private static final int GROUPS = 100;
  private static final int BATCH = 500;
  private static final int REJECTED_ONE_IN = 97;
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where an event is; the topic is nobody else's, so its queues begin at 0. */
  private record Place(MessageQueue queue, long offset) {}

  /**
   * What workers are like.
   *
   * @param function one of {@link Stamp}'s
   * @param maxEvents how many events it gets at once at most
   * @param jvm the options of their JVMs
   */
  record Workers(Class<?> function, int maxEvents, List<String> jvm) {
    static final Workers USUAL =
        new Workers(
            Stamp.OneByOne.class,
            100,
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
  }

  private final RocketMqCluster cluster;
  private final Path folder;
  private final Mode mode;
  private final Workers kind;
  private final SplittableRandom random;
  private final String prefix = "crash-" + UUID.randomUUID().toString().substring(0, 8);
  private final DefaultMQProducer producer;
  private final DefaultMQPullConsumer reader;
  private final List<Place> places = new ArrayList<>();
  private final Map<MessageQueue, Long> fed = new HashMap<>();
  private final Map<Integer, Map<MessageQueue, Long>> settledBefore = new HashMap<>();
  private final Map<MessageQueue, Long> read = new HashMap<>();
  private final List<WorkerProcess> workers = new ArrayList<>();
  private final Map<Integer, String> ids = new HashMap<>();
  private final Map<Integer, Integer> next = new HashMap<>();
  private final Map<Integer, JsonNode> letters = new HashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private final List<String> story = new ArrayList<>();
  private int produced;
  private int duplicates;

  RocketMqRun(RocketMqCluster cluster, Path folder, Mode mode, long seed) {
    this(cluster, folder, mode, seed, Workers.USUAL);
  }

  RocketMqRun(RocketMqCluster cluster, Path folder, Mode mode, long seed, Workers kind) {
    this.cluster = cluster;
    this.folder = folder;
    this.mode = mode;
    this.kind = kind;
    this.random = new SplittableRandom(seed);
    story.add(mode + ", seed " + seed + ", logs in " + folder);
    cluster.createTopic(input(), QUEUES, TopicType.FIFO);
    cluster.createTopic(output(), QUEUES, TopicType.FIFO);
    cluster.createTopic(dead(), 1, TopicType.NORMAL);
    cluster.createGroup(prefix, GroupOrder.ORDERLY, 1_000);
    this.producer = new DefaultMQProducer(prefix + "-feeder");
    producer.setNamesrvAddr(cluster.nameServer());
    producer.setInstanceName(prefix + "-feeder");
    this.reader = new DefaultMQPullConsumer(prefix + "-reader");
    reader.setNamesrvAddr(cluster.nameServer());
    reader.setInstanceName(prefix + "-reader");
    try {
      producer.start();
      reader.start();
    } catch (MQClientException e) {
      throw new AssertionError(e);
    }
  }

  private String input() {
    return prefix + "-in";
  }

  private String output() {
    return prefix + "-out";
  }

  private String dead() {
    return prefix + "-dead";
  }

  SplittableRandom random() {
    return random;
  }

  void note(String text) {
    story.add(
        String.format("%tT.%1$tL %6d arrived  %s", System.currentTimeMillis(), ids.size(), text));
  }

  String story() {
    return String.join("\n", story)
        + "\n"
        + produced
        + " produced, "
        + duplicates
        + " duplicates\n";
  }

  // ---- events

  private static boolean isRejected(int number) {
    return number % REJECTED_ONE_IN == REJECTED_ONE_IN - 1;
  }

  private static byte[] payload(int number) {
    return ("{\"number\": "
            + number
            + ", \"kind\": \""
            + (isRejected(number) ? "REJECTED" : "PLAIN")
            + "\", \"pass\": \"yes\", \"pad\": \""
            + "x".repeat(100)
            + "\"}")
        .getBytes(UTF_8);
  }

  /** Produces so many events more; event n is of group n % {@value #GROUPS}. */
  void feed(int count) {
    try {
      List<MessageQueue> queues = producer.fetchPublishMessageQueues(input());
      Map<MessageQueue, List<Message>> batches = new HashMap<>();
      for (int i = 0; i < count; i++) {
        int number = produced++;
        String group = "group-" + number % GROUPS;
        Message message = new Message(input(), payload(number));
        MessageAccessor.putProperty(message, MessageConst.PROPERTY_SHARDING_KEY, group);
        message.putUserProperty("Colour", "red");
        MessageQueue queue = queues.get(Math.floorMod(group.hashCode(), queues.size()));
        places.add(new Place(queue, fed.merge(queue, 1L, Long::sum) - 1));
        List<Message> batch = batches.computeIfAbsent(queue, q -> new ArrayList<>());
        batch.add(message);
        if (batch.size() == BATCH) {
          producer.send(batch, queue);
          batches.put(queue, new ArrayList<>());
        }
      }
      for (Map.Entry<MessageQueue, List<Message>> batch : batches.entrySet()) {
        if (!batch.getValue().isEmpty()) {
          producer.send(batch.getValue(), batch.getKey());
        }
      }
    } catch (MQClientException | MQBrokerException | RemotingException | InterruptedException e) {
      throw new AssertionError("events could not be produced", e);
    }
  }

  // ---- workers

  WorkerProcess start(@Nullable KillPoint killPoint) {
    int number = workers.size() + 1;
    boolean alone = workers.stream().noneMatch(WorkerProcess::isAlive);
    settledBefore.put(number, committed());
    note("worker " + number + " starts" + (killPoint == null ? "" : ", to " + killPoint));
    WorkerProcess worker =
        WorkerProcess.start(
            new WorkerProcess.Options(
                number,
                config(number),
                folder.resolve(alone ? "data" : "data-" + number),
                folder,
                kind.jvm(),
                killPoint));
    workers.add(worker);
    return worker;
  }

  /** The servers died, and with them the last seconds of what they knew of the group's progress. */
  void serversDied() {
    settledBefore.replaceAll((worker, offsets) -> Map.of());
  }

  /** The group's offsets; in queue form there are none that tell what is settled. */
  private Map<MessageQueue, Long> committed() {
    Map<MessageQueue, Long> offsets = new HashMap<>();
    if (mode == Mode.QUEUE) {
      return offsets;
    }
    MQClientInstance client = producer.getDefaultMQProducerImpl().getMqClientFactory();
    for (MessageQueue queue : fed.keySet()) {
      QueryConsumerOffsetRequestHeader question = new QueryConsumerOffsetRequestHeader();
      question.setConsumerGroup(prefix);
      question.setTopic(queue.getTopic());
      question.setQueueId(queue.getQueueId());
      question.setSetZeroIfNotFound(false);
      try {
        offsets.put(
            queue,
            client
                .getMQClientAPIImpl()
                .queryConsumerOffset(
                    client.findBrokerAddressInPublish(queue.getBrokerName()), question, 3_000));
      } catch (OffsetNotFoundException nothingYet) {
        offsets.put(queue, 0L);
      } catch (MQBrokerException | RemotingException | InterruptedException e) {
        throw new AssertionError("offsets could not be read", e);
      }
    }
    return offsets;
  }

  private Path config(int worker) {
    Map<String, Object> source = new LinkedHashMap<>();
    source.put("type", "rocketmq");
    source.put("topics", List.of(input()));
    source.put("group", prefix);
    if (mode == Mode.LOG) {
      source.put("nameServer", cluster.nameServer());
    } else {
      source.put("mode", "queue");
      source.put("endpoints", cluster.endpoints());
      source.put("invisibleDuration", "5s");
      source.put("maxDeliveries", 1_001);
    }
    Map<String, Object> connector = new LinkedHashMap<>();
    connector.put("apiVersion", "penstock/v1");
    connector.put("name", CONNECTOR);
    connector.put("source", source);
    connector.put(
        "function",
        Map.of(
            "type",
            "java",
            "name",
            "stamp-" + worker,
            "handler",
            kind.function().getName(),
            "settings",
            Map.of("worker", String.valueOf(worker), "failOneIn", "100", "micros", "0")));
    connector.put(
        "delivery",
        Map.of(
            "order",
            "key",
            "batch",
            Map.of("maxEvents", kind.maxEvents()),
            "retry",
            Map.of("maxAttempts", 1_000, "backoff", Map.of("initial", "5ms", "max", "50ms"))));
    connector.put("onSuccess", List.of(sink(output())));
    connector.put("onFailure", List.of(sink(dead())));
    Path file = folder.resolve("connector-" + worker + ".json");
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), connector);
    } catch (IOException e) {
      throw new AssertionError("the connector's file could not be written", e);
    }
    return file;
  }

  private Map<String, Object> sink(String topic) {
    return Map.of("type", "rocketmq", "nameServer", cluster.nameServer(), "topic", topic);
  }

  JsonNode status(WorkerProcess worker) {
    return worker.status(CONNECTOR);
  }

  void kill(WorkerProcess worker) {
    worker.kill();
    note("worker " + worker.number() + " is killed");
  }

  /** Waits until it dies by itself, at its failpoint; feeds more whenever all has arrived. */
  void awaitDeath(WorkerProcess worker) {
    until(
        () -> {
          if (ids.size() + letters.size() >= produced) {
            feed(BATCH);
          }
          return !worker.isAlive();
        },
        "not at its failpoint: " + worker);
    assertThat(worker.awaitEnd()).as("exit code of %s", worker).isEqualTo(KillSwitch.KILLED);
    note("worker " + worker.number() + " died at its failpoint");
  }

  void stop(WorkerProcess worker) {
    worker.terminate();
    assertThat(worker.awaitEnd()).as("exit code of %s", worker).isZero();
    note("worker " + worker.number() + " is stopped");
  }

  // ---- what comes out

  /** Waits until so many results more have arrived, or all there are. */
  void awaitArrivals(int more) {
    int wanted = Math.min(ids.size() + letters.size() + more, produced);
    until(() -> ids.size() + letters.size() >= wanted, "no " + more + " results more");
  }

  void awaitAll() {
    until(() -> ids.size() + letters.size() >= produced, "not all of " + produced);
  }

  private void until(BooleanSupplier condition, String otherwise) {
    try {
      await()
          .atMost(PATIENCE)
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                readOutputs();
                return condition.getAsBoolean();
              });
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(otherwise + "\n" + story() + workers, e);
    }
  }

  private void readOutputs() {
    try {
      read(output());
      read(dead());
    } catch (MQClientException | MQBrokerException | RemotingException e) {
      return; // the servers may be away; it is asked again
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private void read(String topic)
      throws MQClientException, MQBrokerException, RemotingException, InterruptedException {
    for (MessageQueue queue : reader.fetchSubscribeMessageQueues(topic)) {
      long offset = read.getOrDefault(queue, 0L);
      long end = reader.maxOffset(queue);
      while (offset < end) {
        PullResult result = reader.pull(queue, "*", offset, BATCH);
        if (result.getMsgFoundList() != null) {
          for (MessageExt message : result.getMsgFoundList()) {
            if (topic.equals(dead())) {
              letter(message);
            } else {
              arrived(message);
            }
          }
        }
        offset = Math.max(offset, result.getNextBeginOffset());
        read.put(queue, offset);
      }
    }
  }

  private void arrived(MessageExt message) {
    List<Long> stamp = Stamp.read(message.getBody());
    int number = Math.toIntExact(stamp.get(0));
    int worker = Math.toIntExact(stamp.get(2));
    Place place = places.get(number);
    if (place.offset() < settledBefore.get(worker).getOrDefault(place.queue(), 0L)) {
      wrong.add("event " + number + " was settled before worker " + worker + ", which repeats it");
    }
    String id = message.getProperty("CE_id");
    String before = ids.putIfAbsent(number, id);
    if (before != null) {
      duplicates++;
      if (!before.equals(id)) {
        wrong.add("event " + number + " has results with ids " + before + " and " + id);
      }
      return;
    }
    int group = number % GROUPS;
    int expected = next.getOrDefault(group, group);
    while (isRejected(expected)) {
      expected += GROUPS;
    }
    if (number != expected) {
      wrong.add("of group " + group + " came " + number + " instead of " + expected);
    }
    next.put(group, Math.max(expected, number) + GROUPS);
  }

  private void letter(MessageExt message) {
    try {
      JsonNode letter = JSON.readTree(message.getBody());
      byte[] value = letter.at("/original/value").binaryValue();
      int number = JSON.readTree(value).get("number").intValue();
      if (letters.putIfAbsent(number, letter) != null) {
        duplicates++;
      }
    } catch (IOException e) {
      throw new AssertionError("a dead letter that is not JSON", e);
    }
  }

  /** Judges it; all must have arrived. */
  void judge() {
    readOutputs();
    System.out.println(story());
    assertThat(wrong).as(this::story).isEmpty();
    assertThat(ids.values()).as(this::story).doesNotHaveDuplicates();
    for (int number = 0; number < produced; number++) {
      if (isRejected(number)) {
        assertThat(letters).as(this::story).containsKey(number);
        judge(number, letters.get(number));
      } else {
        assertThat(ids).as(this::story).containsKey(number);
      }
    }
  }

  private static void judge(int number, JsonNode letter) {
    try {
      assertThat(letter.at("/original/value").binaryValue()).isEqualTo(payload(number));
      Map<String, String> properties = new HashMap<>();
      for (JsonNode header : letter.at("/original/headers")) {
        properties.put(
            header.get("name").textValue(), new String(header.get("value").binaryValue(), UTF_8));
      }
      assertThat(properties)
          .containsEntry("Colour", "red")
          .containsEntry(MessageConst.PROPERTY_SHARDING_KEY, "group-" + number % GROUPS)
          .containsKey(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX);
      assertThat(letter.at("/cause/code").textValue()).isNotBlank();
      assertThat(letter.at("/attempts").isInt()).isTrue();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    workers.forEach(WorkerProcess::close);
    producer.shutdown();
    reader.shutdown();
  }
}
