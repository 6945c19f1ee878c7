package io.penstock.broker.rocketmq;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The command line of {@link RocketMqMain}: {@code --dir DIR [--delete-dir] [--property
 * KEY=VALUE]... [--proxy KEY=JSON]...}.
 *
 * @param directory where data and logs are
 * @param deleteDirectory whether the directory goes when the parent is gone
 * @param broker the broker's own properties, over the defaults
 * @param proxy the proxy's own properties, over the defaults; their values are JSON
 */
record ServerArgs(
    Path directory,
    boolean deleteDirectory,
    Map<String, String> broker,
    Map<String, String> proxy) {

  static ServerArgs parse(List<String> arguments) {
    Path directory = null;
    boolean deleteDirectory = false;
    Map<String, String> broker = new LinkedHashMap<>();
    Map<String, String> proxy = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      String name = arguments.get(i);
      switch (name) {
        case "--delete-dir" -> deleteDirectory = true;
        case "--dir" -> directory = Path.of(value(arguments, ++i, name)).toAbsolutePath();
        case "--property" -> put(broker, value(arguments, ++i, name), name);
        case "--proxy" -> put(proxy, value(arguments, ++i, name), name);
        default ->
            throw new IllegalArgumentException(
                "Unknown argument '"
                    + name
                    + "'; known are --dir, --delete-dir, --property and --proxy.");
      }
    }
    if (directory == null) {
      throw new IllegalArgumentException(
          "--dir DIR is missing: where the servers keep their data.");
    }
    return new ServerArgs(directory, deleteDirectory, broker, proxy);
  }

  private static void put(Map<String, String> properties, String pair, String name) {
    int equals = pair.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(name + " wants KEY=VALUE, found '" + pair + "'.");
    }
    properties.put(pair.substring(0, equals), pair.substring(equals + 1));
  }

  private static String value(List<String> arguments, int index, String name) {
    if (index >= arguments.size()) {
      throw new IllegalArgumentException(name + " wants a value after it.");
    }
    return arguments.get(index);
  }
}
