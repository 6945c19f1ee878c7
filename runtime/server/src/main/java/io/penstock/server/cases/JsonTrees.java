package io.penstock.server.cases;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares JSON trees; numbers are equal if their values are. */
final class JsonTrees {

  private JsonTrees() {}

  /**
   * The places where two trees differ, with what stands there.
   *
   * @param path of the trees, for example {@code data}
   */
  static List<Difference> differences(
      String path, @Nullable Object expected, @Nullable Object actual) {
    List<Difference> differences = new ArrayList<>();
    compare(path, expected, actual, differences);
    return differences;
  }

  /** A place where two trees differ; {@link #NOTHING} stands for a value that isn't there. */
  record Difference(String path, @Nullable Object expected, @Nullable Object actual) {}

  /** There is no value, not even null. */
  static final Object NOTHING = new Object();

  private static void compare(
      String path,
      @Nullable Object expected,
      @Nullable Object actual,
      List<Difference> differences) {
    if (expected instanceof Map<?, ?> a && actual instanceof Map<?, ?> b) {
      TreeSet<String> names = new TreeSet<>();
      a.keySet().forEach(name -> names.add(String.valueOf(name)));
      b.keySet().forEach(name -> names.add(String.valueOf(name)));
      for (String name : names) {
        compare(path + "." + name, member(a, name), member(b, name), differences);
      }
    } else if (expected instanceof List<?> a && actual instanceof List<?> b) {
      for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
        compare(path + "[" + i + "]", element(a, i), element(b, i), differences);
      }
    } else if (!isSameScalar(expected, actual)) {
      differences.add(new Difference(path, expected, actual));
    }
  }

  private static @Nullable Object member(Map<?, ?> map, String name) {
    return map.containsKey(name) ? map.get(name) : NOTHING;
  }

  private static @Nullable Object element(List<?> list, int index) {
    return index < list.size() ? list.get(index) : NOTHING;
  }

  private static boolean isSameScalar(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Number && b instanceof Number) {
      return new BigDecimal(a.toString()).compareTo(new BigDecimal(b.toString())) == 0;
    }
    return a == null ? b == null : a.equals(b);
  }
}
