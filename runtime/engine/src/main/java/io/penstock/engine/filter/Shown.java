package io.penstock.engine.filter;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a pattern's values and places are shown in problems: in few words. */
final class Shown {

  private static final Pattern PLAIN_KEY = Pattern.compile("\\w+");

  private Shown() {}

  static String of(@Nullable Object value) {
    if (value instanceof String text) {
      return "'" + text + "'"; // whole: part of a secret would not be recognised and hidden
    }
    if (value instanceof Map<?, ?> object) {
      return object.size() == 1
          ? "{\"" + object.keySet().iterator().next() + "\": ...}"
          : object.isEmpty() ? "an empty object" : "an object";
    }
    return value instanceof List ? "a list" : String.valueOf(value);
  }

  /** The path of what stands under a key. */
  static String child(String path, String key) {
    return PLAIN_KEY.matcher(key).matches() ? path + "." + key : path + "['" + key + "']";
  }
}
