package io.penstock.server.scaffold;

import io.penstock.connector.Plugin;
import io.penstock.connector.config.ConfigKey;
import io.penstock.server.config.ConnectorKeys;
import io.penstock.server.config.Plugins;
import io.penstock.server.http.Json;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A connector's file to begin with: each part with the settings that its type says to begin with.
 */
public final class NewConnector {

  private NewConnector() {}

  /**
   * The file.
   *
   * @param file to write
   * @param name of the connector
   * @param source its type
   * @param function its type, if there is to be one
   * @param sink its type
   * @throws IllegalArgumentException if a type isn't installed, or the name won't do; says why
   */
  public static NewFiles files(
      Path file,
      String name,
      Plugins plugins,
      String source,
      Optional<String> function,
      String sink) {
    if (!name.matches(ConnectorKeys.NAME_PATTERN)) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is no name for a connector: letters, digits, '.', '_' and '-', a letter or"
              + " digit first, 100 at most");
    }
    Map<String, Object> connector = new LinkedHashMap<>();
    connector.put("apiVersion", ConnectorKeys.API_VERSION_1);
    connector.put("name", name);
    connector.put(
        "description",
        "From "
            + source
            + function.map(type -> " through a function of type " + type).orElse("")
            + " to "
            + sink
            + ". `penstock plugins TYPE` lists further settings, `penstock validate` checks them.");
    connector.put("source", part("source", source, plugins.sources(), List.of()));
    if (function.isPresent()) {
      connector.put("function", part("function", function.get(), plugins.functions(), List.of()));
    }
    List<String> inherited = sink.equals(source) ? ConnectorKeys.INHERITED_ADDRESSES : List.of();
    connector.put("onSuccess", List.of(part("sink", sink, plugins.sinks(), inherited)));
    NewFiles files = new NewFiles();
    files.add(file, Json.pretty(connector) + "\n");
    return files;
  }

  private static <P extends Plugin> Map<String, Object> part(
      String kind, String type, Map<String, P> plugins, List<String> leftOut) {
    P plugin = plugins.get(type);
    if (plugin == null) {
      throw new IllegalArgumentException(
          "no "
              + kind
              + " of type '"
              + type
              + "' is installed; there is "
              + String.join(", ", new TreeSet<>(plugins.keySet())));
    }
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("type", type);
    Map<String, Object> example = plugin.example();
    for (ConfigKey<?> key : plugin.spec().keys()) {
      Object value = example.get(key.name());
      if (value == null && key.required()) {
        value = placeholder(key);
      }
      if (value != null && !leftOut.contains(key.name())) {
        part.put(key.name(), value);
      }
    }
    return part;
  }

  /** A value of the right type for a key that its plugin gives no example of. */
  private static Object placeholder(ConfigKey<?> key) {
    return switch (key.type()) {
      case TEXT -> key.name();
      case INTEGER -> key.bounds().map(ConfigKey.Bounds::min).orElse(1L);
      case NUMBER -> key.bounds().map(ConfigKey.Bounds::min).orElse(1.0);
      case FLAG -> true;
      case DURATION -> "1s";
      case SIZE -> "1MiB";
      case CHOICE -> key.choices().get(0);
      case TEXTS -> List.of(key.name());
      case PROPERTIES, OBJECT, JSON -> Map.of();
    };
  }
}
