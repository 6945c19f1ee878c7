package io.penstock.server.crash;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the connector's file for one worker. */
final class ConnectorFile {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Object> BACKOFF = Map.of("initial", "20ms", "max", "200ms");

  private ConnectorFile() {}

  /**
   * Writes it.
   *
   * @param worker a number, by which results and dead letters tell who made them
   */
  static Path write(Path folder, int worker, String servers, Topics topics, Setup setup) {
    Map<String, Object> connector = new LinkedHashMap<>();
    connector.put("apiVersion", "penstock/v1");
    connector.put("name", Topics.CONNECTOR);
    connector.put(
        "source",
        Map.of(
            "type", "kafka",
            "bootstrapServers", servers,
            "topics", List.of(topics.input()),
            "group", topics.group(),
            "properties", setup.source()));
    connector.put("filter", Map.of("data", Map.of("pass", List.of("yes"))));
    connector.put(
        "function",
        Map.of(
            "type",
            "java",
            "name",
            "stamp-" + worker,
            "handler",
            setup.function().getName(),
            "settings",
            settings(worker, setup)));
    connector.put(
        "delivery",
        Map.of(
            "order", setup.order().name().toLowerCase(Locale.ROOT),
            "retry", Map.of("maxAttempts", Setup.MAX_ATTEMPTS, "backoff", BACKOFF)));
    connector.put(
        "onSuccess",
        List.of(result("first", topics.first(), setup), result("second", topics.second(), setup)));
    connector.put("onFailure", List.of(sink(topics.deadLetters(), setup)));
    Path file = folder.resolve("connector-" + worker + ".json");
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), connector);
    } catch (IOException e) {
      throw new AssertionError("the connector's file could not be written", e);
    }
    return file;
  }

  private static Map<String, String> settings(int worker, Setup setup) {
    return Map.of(
        "worker", String.valueOf(worker),
        "failOneIn", String.valueOf(setup.failOneIn()),
        "micros", String.valueOf(setup.micros()));
  }

  private static Map<String, Object> result(String name, String topic, Setup setup) {
    Map<String, Object> sink = sink(topic, setup);
    sink.put("name", name);
    sink.put("key", Topics.keyOfResults(setup.order()));
    return sink;
  }

  private static Map<String, Object> sink(String topic, Setup setup) {
    Map<String, Object> sink = new LinkedHashMap<>();
    sink.put("type", "kafka");
    sink.put("topic", topic);
    sink.put("properties", setup.sink());
    sink.put("retry", Map.of("backoff", BACKOFF));
    return sink;
  }
}
