package io.penstock.rocketmq;

import io.penstock.connector.config.Problems;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.TreeMap;

/**
 * The properties of a client class that a user may set: those with a setter for a number, a text or a
 * flag.
 */
public final class NativeProperties {

  private final Map<String, Method> setters = new TreeMap<>();
  private final Map<String, String> refused;

  /**
   * The properties of a class.
   *
   * @param refused properties that are ours, each with what to do instead
   */
  public NativeProperties(Class<?> type, Map<String, String> refused) {
    this.refused = refused;
    for (Method method : type.getMethods()) {
      String name = method.getName();
      if (name.startsWith("set")
          && name.length() > 3
          && method.getParameterCount() == 1
          && isSimple(method.getParameterTypes()[0])) {
        setters.put(Character.toLowerCase(name.charAt(3)) + name.substring(4), method);
      }
    }
  }

  private static boolean isSimple(Class<?> type) {
    return type == int.class || type == long.class || type == boolean.class || type == String.class;
  }

  /** Adds what is wrong with these properties. */
  public void check(Map<String, String> properties, String path, Problems problems) {
    properties.forEach(
        (name, value) -> {
          String where = path + "['" + name + "']";
          Method setter = setters.get(name);
          if (refused.containsKey(name)) {
            problems.add(where, "'" + name + "'", "another property", refused.get(name));
          } else if (setter == null) {
            problems.addUnknown(where, name, setters.keySet());
          } else {
            checkValue(setter.getParameterTypes()[0], value, where, problems);
          }
        });
  }

  private static void checkValue(Class<?> type, String value, String where, Problems problems) {
    try {
      parse(type, value);
    } catch (IllegalArgumentException e) {
      problems.add(where, "'" + value + "'", type == boolean.class ? "true or false" : "a number");
    }
  }

  private static Object parse(Class<?> type, String value) {
    if (type == int.class) {
      return Integer.parseInt(value.strip());
    }
    if (type == long.class) {
      return Long.parseLong(value.strip());
    }
    if (type == boolean.class) {
      return switch (value.strip()) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new IllegalArgumentException("neither true nor false");
      };
    }
    return value;
  }

  /** Sets properties that {@link #check} found nothing wrong with. */
  public void apply(Map<String, String> properties, Object client) {
    properties.forEach(
        (name, value) -> {
          Method setter = setters.get(name);
          if (setter == null) {
            throw new IllegalArgumentException("no property " + name);
          }
          try {
            setter.invoke(client, parse(setter.getParameterTypes()[0], value));
          } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalArgumentException("property " + name + " can't be set", e);
          }
        });
  }
}
