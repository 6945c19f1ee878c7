package io.penstock.engine.filter;

import io.penstock.connector.config.Problems;
import io.penstock.functions.Event;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one pattern and reports all that is wrong with it. For one use, by one thread. */
final class PatternReader {

  /** How many fields may lie inside one another; every path below a field gets an entry there. */
  static final int MAX_LEVELS = 32;

  private static final List<String> TOP =
      List.of("id", "source", "type", "subject", "time", "datacontenttype", "data");
  private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]+");
  private static final Pattern PLAIN_KEY = Pattern.compile("\\w+");
  private static final String VALUES = "a list of values such as [\"PAID\"]";
  private static final String EXACT_ONLY = "this version understands exact values only";

  private final Problems problems;
  private final int problemsBefore;
  private int leaves;

  PatternReader(Problems problems) {
    this.problems = problems;
    this.problemsBefore = problems.list().size();
  }

  Optional<EventFilter> read(@Nullable Object tree, String path) {
    List<Predicate<Event>> attributes = new ArrayList<>();
    Draft top = new Draft();
    if (!(tree instanceof Map<?, ?> pattern) || pattern.isEmpty()) {
      problems.add(path, shown(tree), "an object with at least one field to match");
      return Optional.empty();
    }
    pattern.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          if (name.equals("data") || name.startsWith("data.")) {
            readField(name, value, path, top, 0);
          } else {
            readAttribute(name, value, child(path, name)).ifPresent(attributes::add);
          }
        });
    if (leaves > DataPattern.MAX_LEAVES) {
      problems.add(
          path + ".data", leaves + " fields", "at most " + DataPattern.MAX_LEAVES + " fields");
    }
    if (problems.list().size() > problemsBefore) {
      return Optional.empty();
    }
    Draft data = top.children.get("data");
    return Optional.of(
        new EventPattern(attributes, data == null ? null : new DataPattern(data.node())));
  }

  // ---- attributes: texts

  private Optional<Predicate<Event>> readAttribute(
      String name, @Nullable Object value, String path) {
    if (name.equals("$or")) {
      problems.add(path, "'$or'", "the name of an attribute, or 'data'", EXACT_ONLY);
      return Optional.empty();
    }
    boolean extension = EXTENSION.matcher(name).matches() && !name.equals("specversion");
    if (!extension) { // which the attributes' own names look like too
      problems.addUnknown(path, name, TOP);
      return Optional.empty();
    }
    if (value instanceof Map) {
      problems.add(
          path,
          shown(value),
          "a list of texts such as [\"order.paid\"]",
          "only 'data' has fields; extensions stand beside 'type' under their own names");
      return Optional.empty();
    }
    Set<String> texts = new HashSet<>();
    Set<Instant> instants = new HashSet<>();
    List<?> values = readValues(value, path);
    for (int i = 0; i < values.size(); i++) {
      String at = path + "[" + i + "]";
      if (!(values.get(i) instanceof String text)) {
        problems.add(at, shown(values.get(i)), "a text: attributes are texts, or absent");
      } else if (name.equals("time")) {
        instant(text, at).ifPresent(instants::add);
      } else {
        texts.add(text);
      }
    }
    return Optional.of(name.equals("time") ? timeIn(instants) : attributeIn(name, texts));
  }

  private static Predicate<Event> timeIn(Set<Instant> values) {
    return event -> contains(values, event.time());
  }

  private static Predicate<Event> attributeIn(String name, Set<String> values) {
    return switch (name) {
      case "id" -> event -> values.contains(event.id());
      case "source" -> event -> values.contains(event.source());
      case "type" -> event -> values.contains(event.type());
      case "subject" -> event -> contains(values, event.subject());
      case "datacontenttype" -> event -> contains(values, event.dataContentType());
      default ->
          event -> {
            String value = event.extensions().get(name);
            return value != null && values.contains(value);
          };
    };
  }

  private static <T> boolean contains(Set<T> values, Optional<T> value) {
    return value.isPresent() && values.contains(value.get());
  }

  private Optional<Instant> instant(String text, String path) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) { // reported
      problems.add(path, shown(text), "a time such as \"2026-01-31T12:00:00Z\"");
      return Optional.empty();
    }
  }

  // ---- data: a tree of fields

  private void readField(
      String key, @Nullable Object value, String parentPath, Draft parent, int parentLevel) {
    String path = child(parentPath, key);
    if (key.equals("$or")) {
      problems.add(path, "'$or'", "the name of a field", EXACT_ONLY);
      return;
    }
    String[] names = key.split("\\.", -1);
    int level = parentLevel + names.length;
    if (level > MAX_LEVELS) {
      problems.add(path, level + " levels of fields", "at most " + MAX_LEVELS);
      return;
    }
    Draft field = parent;
    for (String name : names) {
      field = field.leaf == null ? field.children.computeIfAbsent(name, n -> new Draft()) : field;
    }
    boolean hasFields = value instanceof Map;
    if (field.leaf != null || !hasFields && !field.children.isEmpty()) {
      problems.add(
          path,
          "a field that the pattern has already",
          "each field once, with values or with fields below it",
          "\"a.b\": [...] and \"a\": {\"b\": [...]} are the same field");
    } else if (value instanceof Map<?, ?> fields) {
      if (fields.isEmpty()) {
        problems.add(path, shown(value), "an object with at least one field to match");
      }
      for (Map.Entry<?, ?> below : fields.entrySet()) {
        readField(String.valueOf(below.getKey()), below.getValue(), path, field, level);
      }
    } else {
      field.leaf = new DataPattern.Leaf(1L << leaves++, new Literals(readValues(value, path)));
    }
  }

  /** A field while the pattern is read: with values, or with fields below. */
  private static final class Draft {

    final Map<String, Draft> children = new LinkedHashMap<>();
    DataPattern.@Nullable Leaf leaf;

    DataPattern.Node node() {
      if (leaf != null) {
        return leaf;
      }
      Map<String, DataPattern.Node> nodes = new LinkedHashMap<>();
      children.forEach((name, child) -> nodes.put(name, child.node()));
      return new DataPattern.Branch(nodes);
    }
  }

  // ---- values

  /** The exact values of a list; those that are anything else are reported and left out. */
  private List<@Nullable Object> readValues(@Nullable Object raw, String path) {
    List<@Nullable Object> values = new ArrayList<>();
    if (!(raw instanceof List<?> list)) {
      if (raw instanceof String text) {
        problems.add(path, shown(text), VALUES, "put it in brackets: [\"" + text + "\"]");
      } else {
        problems.add(path, shown(raw), VALUES);
      }
      return values;
    }
    if (list.isEmpty()) {
      problems.add(path, "an empty list", "at least one value");
    }
    for (int i = 0; i < list.size(); i++) {
      Object value = list.get(i);
      if (value == null
          || value instanceof String
          || value instanceof Number
          || value instanceof Boolean) {
        values.add(value);
        continue;
      }
      String expected = "a text, a number, true, false or null";
      if (value instanceof Map) {
        problems.add(path + "[" + i + "]", shown(value), expected, EXACT_ONLY);
      } else {
        problems.add(path + "[" + i + "]", shown(value), expected);
      }
    }
    return values;
  }

  private static String shown(@Nullable Object value) {
    if (value instanceof String text) {
      return "'" + text + "'";
    }
    if (value instanceof Map<?, ?> object) {
      return object.size() == 1
          ? "{\"" + object.keySet().iterator().next() + "\": ...}"
          : object.isEmpty() ? "an empty object" : "an object";
    }
    return value instanceof List ? "a list" : String.valueOf(value);
  }

  private static String child(String path, String key) {
    return PLAIN_KEY.matcher(key).matches() ? path + "." + key : path + "['" + key + "']";
  }
}
