package io.penstock.server.crash;

import io.penstock.engine.Order;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * The names of a run: its topics, its group, its connector.
 *
 * @param prefix what they all begin with
 */
record Topics(String prefix) {

  static final String CONNECTOR = "crash";

  private static final int LARGEST_IN_SECOND = 100_000;

  /** Names that nobody has. */
  static Topics unique() {
    return new Topics("crash-" + UUID.randomUUID().toString().substring(0, 8));
  }

  String input() {
    return prefix + "-in";
  }

  String first() {
    return prefix + "-first";
  }

  /** Takes no large results. */
  String second() {
    return prefix + "-second";
  }

  String deadLetters() {
    return prefix + "-dead";
  }

  String group() {
    return prefix;
  }

  /** Makes them. Times in the outputs are those of the broker: that of a record is when it had it. */
  void create(Admin admin, int partitions) {
    for (String topic : List.of(input(), first(), second(), deadLetters())) {
      create(admin, topic, partitions);
    }
  }

  /** Makes one of them. */
  void create(Admin admin, String topic, int partitions) {
    Map<String, String> config = new HashMap<>();
    config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    if (topic.equals(second())) {
      config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(LARGEST_IN_SECOND));
    }
    try {
      admin
          .createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(config)))
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new AssertionError(topic + " could not be made", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Deletes one of them. */
  static void delete(Admin admin, String topic) {
    try {
      admin.deleteTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      throw new AssertionError(topic + " could not be deleted", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Changes a topic's configuration; null takes the change back. */
  static void configure(Admin admin, String topic, String name, @Nullable String value) {
    AlterConfigOp change =
        new AlterConfigOp(
            new ConfigEntry(name, value),
            value == null ? AlterConfigOp.OpType.DELETE : AlterConfigOp.OpType.SET);
    try {
      admin
          .incrementalAlterConfigs(
              Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new AssertionError(topic + " could not be changed", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** A key's results are in one partition as they are; a lane's need to be put there. */
  static String keyOfResults(Order order) {
    return order == Order.LANE ? "none" : "record";
  }

  static AssertionError interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new AssertionError("interrupted", e);
  }
}
