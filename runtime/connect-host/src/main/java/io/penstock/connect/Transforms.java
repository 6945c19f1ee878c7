package io.penstock.connect;

import io.penstock.connect.PluginFolder.PluginClass;
import io.penstock.connector.ConnectorException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The single message transforms of a connector in their order, each with its predicate, as {@code
 * transforms}, {@code transforms.NAME.*} and {@code predicates.NAME.*} configure them. Used by the thread
 * of one task.
 *
 * @param <R> records of a source or of a sink
 */
final class Transforms<R extends ConnectRecord<R>> implements AutoCloseable {

  private record Step<R extends ConnectRecord<R>>(
      String name,
      Transformation<R> transformation,
      ClassLoader loader,
      @Nullable Predicate<R> predicate,
      ClassLoader predicateLoader,
      boolean negate) {}

  private final List<Step<R>> steps = new ArrayList<>();

  /**
   * Makes and configures them.
   *
   * @throws ConnectorException fatal, if one is not known or refuses its settings
   */
  @SuppressWarnings("unchecked") // a transform's own type parameter is not known at run time
  Transforms(PluginFolder plugins, Map<String, String> properties) {
    Map<String, PluginClass> predicateClasses = new HashMap<>();
    Map<String, Predicate<R>> predicates = new HashMap<>();
    for (String name : names(properties.get("predicates"))) {
      Map<String, Object> own = under(properties, "predicates." + name + ".");
      PluginClass type = plugins.find(PluginKind.PREDICATE, type(own, "predicates", name));
      Predicate<R> predicate = type.make(Predicate.class);
      configure("predicates." + name, type.loader(), () -> predicate.configure(own));
      predicateClasses.put(name, type);
      predicates.put(name, predicate);
    }
    for (String name : names(properties.get("transforms"))) {
      Map<String, Object> own = under(properties, "transforms." + name + ".");
      PluginClass type = plugins.find(PluginKind.TRANSFORM, type(own, "transforms", name));
      Object predicateName = own.remove("predicate");
      boolean negate = Boolean.parseBoolean(String.valueOf(own.remove("negate")));
      if (predicateName != null && !predicates.containsKey(String.valueOf(predicateName))) {
        throw ConnectorException.fatal(
            "transforms."
                + name
                + ".predicate is '"
                + predicateName
                + "', which \"predicates\" does not name",
            null);
      }
      Transformation<R> transformation = type.make(Transformation.class);
      configure("transforms." + name, type.loader(), () -> transformation.configure(own));
      PluginClass predicateClass = predicateClasses.get(String.valueOf(predicateName));
      steps.add(
          new Step<>(
              name,
              transformation,
              type.loader(),
              predicates.get(String.valueOf(predicateName)),
              predicateClass == null ? type.loader() : predicateClass.loader(),
              negate));
    }
  }

  private static void configure(String what, ClassLoader loader, Runnable configure) {
    try {
      Isolated.run(loader, configure);
    } catch (RuntimeException e) {
      throw ConnectorException.fatal(what + ": " + e.getMessage(), e);
    }
  }

  static List<String> names(@Nullable String list) {
    List<String> names = new ArrayList<>();
    if (list != null) {
      for (String name : list.split(",", -1)) {
        if (!name.isBlank()) {
          names.add(name.strip());
        }
      }
    }
    return names;
  }

  static Map<String, Object> under(Map<String, String> properties, String prefix) {
    Map<String, Object> own = new TreeMap<>();
    properties.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            own.put(key.substring(prefix.length()), value);
          }
        });
    return own;
  }

  private static String type(Map<String, Object> own, String kind, String name) {
    Object type = own.get("type");
    if (type == null) {
      throw ConnectorException.fatal(kind + "." + name + ".type is missing: name a class", null);
    }
    return type.toString();
  }

  /**
   * Puts a record through all of them.
   *
   * @return null if one of them drops it
   */
  @Nullable R apply(R record) {
    R current = record;
    for (Step<R> step : steps) {
      R input = current;
      Predicate<R> predicate = step.predicate();
      if (predicate == null
          || Isolated.call(step.predicateLoader(), () -> predicate.test(input)) != step.negate()) {
        current = applied(step, input);
        if (current == null) {
          return null;
        }
      }
    }
    return current;
  }

  @SuppressWarnings("NullAway") // a transform answers null for a record that it drops
  private static <R extends ConnectRecord<R>> @Nullable R applied(Step<R> step, R input) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(step.loader());
    try {
      return step.transformation().apply(input);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public void close() {
    for (Step<R> step : steps) {
      Isolated.run(step.loader(), step.transformation()::close);
      Predicate<R> predicate = step.predicate();
      if (predicate != null) {
        Isolated.run(step.predicateLoader(), predicate::close);
      }
    }
  }
}
