package io.penstock.engine.filter;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The pattern language as the managed services tell it: an event is a list of values, each with its
 * path and its places in arrays; a match takes one value for each field of the pattern, such that
 * no two of them have different places in the same array. All choices are tried.
 */
final class NaiveMatcher {

  /** A scalar of the event. Places: from an array's identity to the index in it. */
  private record Value(String path, Object scalar, Map<Integer, Integer> places) {}

  private record Wanted(String path, List<?> literals) {}

  private final List<Value> values = new ArrayList<>();
  private int arrays;

  private NaiveMatcher() {}

  static boolean matches(Map<String, Object> pattern, Object payload) {
    NaiveMatcher matcher = new NaiveMatcher();
    matcher.flatten("", payload, Map.of());
    List<Wanted> wanted = new ArrayList<>();
    list("", pattern, wanted);
    return matcher.choose(wanted, 0, Map.of());
  }

  private static void list(String prefix, Map<?, ?> pattern, List<Wanted> wanted) {
    pattern.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> below) {
            list(prefix + key + ".", below, wanted);
          } else {
            wanted.add(new Wanted(prefix + key, (List<?>) value));
          }
        });
  }

  private void flatten(String path, Object value, Map<Integer, Integer> places) {
    if (value instanceof Map<?, ?> object) {
      object.forEach(
          (key, field) -> flatten(path.isEmpty() ? "" + key : path + "." + key, field, places));
    } else if (value instanceof List<?> array) {
      int identity = arrays++;
      for (int i = 0; i < array.size(); i++) {
        Map<Integer, Integer> inside = new HashMap<>(places);
        inside.put(identity, i);
        flatten(path, array.get(i), inside);
      }
    } else {
      values.add(new Value(path, value, places));
    }
  }

  private boolean choose(List<Wanted> wanted, int next, Map<Integer, Integer> taken) {
    if (next == wanted.size()) {
      return true;
    }
    for (Value value : values) {
      boolean fits =
          value.path.equals(wanted.get(next).path)
              && wanted.get(next).literals.stream().anyMatch(l -> same(l, value.scalar))
              && value.places.entrySet().stream()
                  .allMatch(p -> taken.getOrDefault(p.getKey(), p.getValue()).equals(p.getValue()));
      if (fits) {
        Map<Integer, Integer> places = new HashMap<>(taken);
        places.putAll(value.places);
        if (choose(wanted, next + 1, places)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean same(Object literal, Object scalar) {
    return literal instanceof Number && scalar instanceof Number
        ? new BigDecimal(literal.toString()).compareTo(new BigDecimal(scalar.toString())) == 0
        : Objects.equals(literal, scalar);
  }
}
