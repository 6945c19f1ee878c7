package io.penstock.broker;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The command line of {@link BrokerMain}: {@code --dir DIR [--port N] [--delete-dir] [--property
 * KEY=VALUE]...}.
 *
 * @param directory where data and log are
 * @param port the port for clients; 0 means a free one
 * @param deleteDirectory whether the directory goes when the parent is gone
 * @param properties the broker's own properties, over the defaults
 */
record BrokerArgs(
    Path directory, int port, boolean deleteDirectory, Map<String, String> properties) {

  private static final int HIGHEST_PORT = 65_535;

  static BrokerArgs parse(List<String> arguments) {
    Path directory = null;
    int port = 0;
    boolean deleteDirectory = false;
    Map<String, String> properties = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      String name = arguments.get(i);
      switch (name) {
        case "--delete-dir" -> deleteDirectory = true;
        case "--dir" -> directory = Path.of(value(arguments, ++i, name)).toAbsolutePath();
        case "--port" -> port = port(value(arguments, ++i, name));
        case "--property" -> {
          String pair = value(arguments, ++i, name);
          int equals = pair.indexOf('=');
          if (equals < 1) {
            throw new IllegalArgumentException("--property wants KEY=VALUE, found '" + pair + "'.");
          }
          properties.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        default ->
            throw new IllegalArgumentException(
                "Unknown argument '"
                    + name
                    + "'; known are --dir, --port, --delete-dir and --property.");
      }
    }
    if (directory == null) {
      throw new IllegalArgumentException("--dir DIR is missing: where the broker keeps its data.");
    }
    return new BrokerArgs(directory, port, deleteDirectory, properties);
  }

  private static String value(List<String> arguments, int index, String name) {
    if (index >= arguments.size()) {
      throw new IllegalArgumentException(name + " wants a value after it.");
    }
    return arguments.get(index);
  }

  private static int port(String text) {
    int port;
    try {
      port = Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      port = -1;
    }
    if (port < 0 || port > HIGHEST_PORT) {
      throw new IllegalArgumentException(
          "--port wants a number from 0 to " + HIGHEST_PORT + ", found '" + text + "'.");
    }
    return port;
  }
}
