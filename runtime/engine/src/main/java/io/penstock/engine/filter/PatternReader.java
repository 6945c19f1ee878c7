package io.penstock.engine.filter;

import io.penstock.connector.config.Problems;
import io.penstock.engine.codec.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one pattern and reports all that is wrong with it. For one use, by one thread. */
final class PatternReader {

  /** The field of the payload. */
  static final String DATA = "data";

  /** How many fields may lie inside one another; every path below a field gets an entry there. */
  static final int MAX_LEVELS = 32;

  private static final String OR = "$or";
  private static final List<String> TOP =
      List.of("id", "source", "type", "subject", "time", "datacontenttype", DATA);
  private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]+");
  private static final String OBJECT = "an object with at least one field to match";

  private final Problems problems;
  private final ValuesReader values;

  PatternReader(Problems problems) {
    this.problems = problems;
    this.values = new ValuesReader(problems);
  }

  /** Reads the pattern; the rule is only to be used if there was no problem. */
  Rule read(@Nullable Object tree, String path) {
    List<Rule> rules = new ArrayList<>();
    if (!(tree instanceof Map<?, ?> pattern) || pattern.isEmpty()) {
      problems.add(path, Shown.of(tree), OBJECT);
      return new Rule.All(rules);
    }
    pattern.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          String at = Shown.child(path, name);
          if (name.equals(OR)) {
            rules.add(alternatives(value, at, this::read));
          } else if (name.equals(DATA) || name.startsWith(DATA + ".")) {
            rules.add(field(List.of(), name, value, at));
          } else {
            attribute(name, value, at, rules);
          }
        });
    return new Rule.All(rules);
  }

  private interface ObjectReader {
    Rule read(@Nullable Object object, String path);
  }

  private Rule alternatives(@Nullable Object raw, String path, ObjectReader reader) {
    List<Rule> rules = new ArrayList<>();
    if (!(raw instanceof List<?> list)) {
      problems.add(path, Shown.of(raw), "a list of two or more objects");
    } else if (list.size() < 2) {
      problems.add(
          path, "a list of " + list.size(), "at least two objects", "one alternative needs no $or");
    } else {
      for (int i = 0; i < list.size(); i++) {
        rules.add(reader.read(list.get(i), path + "[" + i + "]"));
      }
    }
    return new Rule.Any(rules);
  }

  // ---- attributes: texts

  private void attribute(String name, @Nullable Object value, String path, List<Rule> rules) {
    boolean extension = EXTENSION.matcher(name).matches() && !name.equals("specversion");
    if (!extension) { // which the attributes' own names look like too
      problems.addUnknown(path, name, TOP);
    } else if (value instanceof Map) {
      problems.add(
          path,
          Shown.of(value),
          "a list of texts such as [\"order.paid\"]",
          "only 'data' has fields; extensions stand beside 'type' under their own names");
    } else {
      ValuesReader.Kind kind =
          name.equals("time") ? ValuesReader.Kind.TIME : ValuesReader.Kind.ATTRIBUTE;
      values.read(value, path, kind).ifPresent(v -> rules.add(leaf(List.of(name), path, value, v)));
    }
  }

  private static Rule leaf(List<String> names, String path, @Nullable Object written, Values read) {
    byte[] json = new JsonCodec().encode(written);
    return new Rule.Field(List.copyOf(names), path, new String(json, StandardCharsets.UTF_8), read);
  }

  // ---- data: a tree of fields

  private Rule field(List<String> above, String key, @Nullable Object value, String path) {
    List<String> names = new ArrayList<>(above);
    names.addAll(List.of(key.split("\\.", -1)));
    if (names.size() > MAX_LEVELS) {
      problems.add(path, names.size() + " levels of fields", "at most " + MAX_LEVELS);
      return new Rule.All(List.of());
    }
    if (value instanceof Map<?, ?>) {
      return fields(List.copyOf(names), value, path);
    }
    if (ValuesReader.OPERATORS.contains(key) && !(value instanceof List)) {
      problems.add(
          path,
          Shown.of(value),
          "a list of values such as [\"PAID\"]",
          "an operator stands in a list: [{\"" + key + "\": ...}]");
      return new Rule.All(List.of());
    }
    List<Rule> rules = new ArrayList<>();
    values
        .read(value, path, ValuesReader.Kind.DATA)
        .ifPresent(v -> rules.add(leaf(names, path, value, v)));
    return new Rule.All(rules);
  }

  private Rule fields(List<String> above, @Nullable Object value, String path) {
    List<Rule> rules = new ArrayList<>();
    if (!(value instanceof Map<?, ?> object) || object.isEmpty()) {
      problems.add(path, Shown.of(value), OBJECT);
      return new Rule.All(rules);
    }
    object.forEach(
        (key, below) -> {
          String name = String.valueOf(key);
          String at = Shown.child(path, name);
          rules.add(
              name.equals(OR)
                  ? alternatives(below, at, (one, where) -> fields(above, one, where))
                  : field(above, name, below, at));
        });
    return new Rule.All(rules);
  }
}
