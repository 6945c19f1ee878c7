package io.penstock.connect;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A plugin and its settings, as a connector's file has them.
 *
 * @param plugin the class of the connector, or a short name of it
 * @param folder where plugins are
 * @param tasks how many tasks there may be, one or more
 * @param properties the plugin's own, with converters and transforms, as Kafka Connect has them
 */
public record ConnectSettings(
    String plugin, Path folder, int tasks, Map<String, String> properties) {

  /** Copies. */
  public ConnectSettings {
    properties = Map.copyOf(properties);
  }

  /** These with more properties, which win. */
  ConnectSettings with(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(properties);
    all.putAll(more);
    return new ConnectSettings(plugin, folder, tasks, all);
  }

  /** What the plugin is given. */
  Map<String, String> config(String connector, String className) {
    Map<String, String> config = new TreeMap<>(properties);
    config.put("name", connector);
    config.put("connector.class", className);
    config.put("tasks.max", String.valueOf(tasks));
    return config;
  }
}
