package io.penstock.benchmarks.arm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an arm is told: the same for all but for the group and the output topic, so that none has
 * better settings than another.
 *
 * @param bootstrapServers the broker
 * @param input the topic to read, from its beginning
 * @param output the topic to write
 * @param group the consumer group, or the application's id
 * @param consumer the settings of every Kafka consumer
 * @param producer the settings of every Kafka producer
 * @param options what only this arm understands
 */
public record ArmSettings(
    String bootstrapServers,
    String input,
    String output,
    String group,
    Map<String, String> consumer,
    Map<String, String> producer,
    Map<String, String> options) {

  private static final String CONSUMER = "consumer.";
  private static final String PRODUCER = "producer.";
  private static final String OPTION = "option.";

  /** Copies. */
  public ArmSettings {
    consumer = Map.copyOf(consumer);
    producer = Map.copyOf(producer);
    options = Map.copyOf(options);
  }

  /** Returns what {@link #parse} takes. */
  public List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    arguments.add("bootstrapServers=" + bootstrapServers);
    arguments.add("input=" + input);
    arguments.add("output=" + output);
    arguments.add("group=" + group);
    new TreeMap<>(consumer).forEach((k, v) -> arguments.add(CONSUMER + k + "=" + v));
    new TreeMap<>(producer).forEach((k, v) -> arguments.add(PRODUCER + k + "=" + v));
    new TreeMap<>(options).forEach((k, v) -> arguments.add(OPTION + k + "=" + v));
    return arguments;
  }

  static ArmSettings parse(List<String> arguments) {
    Map<String, String> all = new HashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "An argument wants NAME=VALUE, found '" + argument + "'.");
      }
      all.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    return new ArmSettings(
        required(all, "bootstrapServers"),
        required(all, "input"),
        required(all, "output"),
        required(all, "group"),
        startingWith(all, CONSUMER),
        startingWith(all, PRODUCER),
        startingWith(all, OPTION));
  }

  private static String required(Map<String, String> all, String name) {
    String value = all.get(name);
    if (value == null) {
      throw new IllegalArgumentException("The argument " + name + "=VALUE is missing.");
    }
    return value;
  }

  private static Map<String, String> startingWith(Map<String, String> all, String prefix) {
    Map<String, String> some = new HashMap<>();
    all.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            some.put(key.substring(prefix.length()), value);
          }
        });
    return some;
  }

  Map<String, Object> consumerProperties() {
    Map<String, Object> properties = new HashMap<>(consumer);
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("group.id", group);
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "earliest");
    return properties;
  }

  Map<String, Object> producerProperties() {
    Map<String, Object> properties = new HashMap<>(producer);
    properties.put("bootstrap.servers", bootstrapServers);
    return properties;
  }
}
