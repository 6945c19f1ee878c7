package io.penstock.engine.filter;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Random patterns and events in the shape of CloudEvents, out of few names and values, so that they
 * meet often. Half of the patterns ask for values that an event has.
 */
final class RandomPatterns {

  private static final List<List<?>> SAME =
      List.of(
          List.of("10.0.0.1", "010.0.0.1", "::ffff:a00:1"),
          List.of("2001:db8::1", "2001:DB8:0:0:0:0:0:1"),
          List.of(9007199254740993L, new BigDecimal("9007199254740993.0")),
          List.of(
              new BigDecimal("1.0000000000000000001"), new BigDecimal("1.00000000000000000010")));

  private final SplittableRandom random;

  RandomPatterns(SplittableRandom random) {
    this.random = random;
  }

  // ---- events

  /** An event's attributes and, under {@code data}, its payload. */
  Map<String, Object> event() {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", text() + pick("x", "/1")); // never empty
    if (random.nextBoolean()) {
      event.put("subject", "s" + text());
    }
    if (random.nextBoolean()) {
      event.put("region", text());
    }
    event.put("data", random.nextInt(20) == 0 ? value(0) : object(0));
    return event;
  }

  /** The event with a few of its values replaced or gone. */
  Map<String, Object> like(Map<String, Object> event) {
    Map<String, Object> copy = new LinkedHashMap<>(event);
    copy.put("data", like(event.get("data"), 0));
    if (random.nextInt(4) == 0) {
      copy.put("region", text());
    }
    return copy;
  }

  private Object like(Object value, int level) {
    if (random.nextInt(12) == 0) {
      return value(level);
    }
    if (value instanceof Map<?, ?> object) {
      Map<String, Object> copy = new LinkedHashMap<>();
      object.forEach(
          (key, field) -> {
            if (random.nextInt(20) > 0) {
              copy.put((String) key, like(field, level + 1));
            }
          });
      return copy;
    }
    if (value instanceof List<?> array) {
      List<Object> copy = new ArrayList<>();
      array.forEach(element -> copy.add(like(element, level + 1)));
      return copy;
    }
    return value;
  }

  private Object value(int level) {
    int kind = random.nextInt(10);
    if (level < 4 && kind < 3) {
      return object(level);
    }
    if (level < 4 && kind < 5) {
      List<Object> array = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        array.add(value(level + 1));
      }
      return array;
    }
    return scalar();
  }

  private Map<String, Object> object(int level) {
    // One object never has "d" and "d.e": a field would be in an array by one way and not by the
    // other, which the naive matcher, who forgets objects, takes for the same.
    List<String> keys = new ArrayList<>(List.of("a", "b", "c"));
    keys.addAll(random.nextInt(4) > 0 ? List.of("d", "e", "f") : List.of("d.e", "d.f", "e.f"));
    List<String> some = new ArrayList<>();
    for (String key : keys) {
      if (random.nextInt(3) > 0) {
        some.add(random.nextInt(some.size() + 1), key);
      }
    }
    Map<String, Object> object = new LinkedHashMap<>();
    for (String key : some) {
      object.put(key, value(level + 1));
    }
    return object;
  }

  private Object scalar() {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextBoolean();
      case 1 -> null;
      case 2, 3, 4 -> number();
      default -> text();
    };
  }

  private String text() {
    return random.nextInt(5) == 0
        ? pick(
            "é",
            "É",
            "ß",
            "SS",
            "ss",
            "x\"",
            "\"",
            "\\",
            "*",
            "a*b",
            "\ud801\udc00",
            "\ud801\udc28",
            "K",
            "\u212a",
            "eu-\n")
        : random.nextInt(5) == 0
            ? pick(
                "10.0.0.1",
                "10.0.1.255",
                "010.0.0.1",
                "10.1.0.0",
                "192.168.0.1",
                "2001:db8::1",
                "2001:DB8:0:0:0:0:0:1",
                "2001:db9::",
                "::ffff:a00:1",
                "::1",
                "1:",
                "10.0.0")
            : pick(
                "x", "X", "xy", "xyx", "yx", "Xy", "", "1", "true", "xxyxx", "eu-1", "EU-2", "eu-");
  }

  private Number number() {
    return random.nextInt(7) == 0
        ? pick(
            9007199254740993L,
            new BigDecimal("9007199254740993.0"),
            new BigDecimal("1.0000000000000000001"),
            new BigDecimal("1.00000000000000000010"),
            new BigDecimal("1E+400"),
            new BigDecimal("0.1"),
            Long.MAX_VALUE)
        : pick(
            1L,
            new BigDecimal("1.0"),
            new BigDecimal("1e0"),
            new BigDecimal("0.5"),
            0L,
            -1L,
            10L,
            new BigDecimal("1e1"),
            new BigDecimal("-0.0"),
            new BigDecimal("99.95"));
  }

  // ---- patterns

  /** A pattern; half of the time one for this event. */
  Map<String, Object> pattern(Map<String, Object> event) {
    Map<String, Object> pattern = new LinkedHashMap<>();
    Map<String, Object> data = random.nextInt(5) > 0 ? fieldsOf(event.get("data")) : fields(1);
    if (random.nextInt(4) == 0) {
      pattern.put("type", list(event.get("type"), true));
    }
    if (random.nextInt(4) == 0) {
      String name = pick("subject", "region");
      pattern.put(name, list(event.getOrDefault(name, "x"), true));
    }
    if (!data.isEmpty() && (pattern.isEmpty() || random.nextInt(10) > 0)) {
      pattern.put("data", data);
    }
    if (random.nextInt(8) == 0) {
      pattern.put(
          "$or",
          List.of(
              Map.of("type", list(event.get("type"), true)),
              random.nextBoolean()
                  ? Map.of("data", fields(1))
                  : Map.of("region", list("x", true))));
    }
    if (pattern.isEmpty()) {
      pattern.put("type", list(event.get("type"), true));
    }
    return pattern;
  }

  private Map<String, Object> fields(int level) {
    Map<String, Object> fields = new LinkedHashMap<>();
    int count = 1 + random.nextInt(level == 1 ? 4 : 2);
    for (int i = 0; i < count; i++) {
      boolean deeper = level < 3 && random.nextInt(3) == 0;
      fields.put(
          pick("a", "b", "c", "d", "e", "d.e", "d.f", "a.b"),
          deeper ? fields(level + 1) : list(scalar(), false));
    }
    return level < 3 && random.nextInt(6) == 0 ? withOr(fields, level) : fields;
  }

  private Map<String, Object> withOr(Map<String, Object> fields, int level) {
    List<Object> alternatives = new ArrayList<>();
    for (int i = 2 + random.nextInt(2); i > 0; i--) {
      alternatives.add(fields(level + 1));
    }
    Map<String, Object> more = new LinkedHashMap<>(fields);
    more.put("$or", alternatives);
    return more;
  }

  /** Fields with lists that values of the payload meet, though not always in the same element. */
  private Map<String, Object> fieldsOf(Object payload) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      List<String> path = new ArrayList<>();
      Object at = payload;
      while (at instanceof Map || at instanceof List) {
        if (at instanceof Map<?, ?> object && !object.isEmpty()) {
          Map.Entry<?, ?> field = pick(object.entrySet().toArray(Map.Entry<?, ?>[]::new));
          path.add((String) field.getKey());
          at = field.getValue();
        } else if (at instanceof List<?> array && !array.isEmpty()) {
          at = pick(array.toArray());
        } else {
          break; // nothing there: absent
        }
      }
      if (!path.isEmpty()) {
        boolean nothing = at instanceof Map || at instanceof List;
        fields.put(
            String.join(".", path),
            nothing || random.nextInt(12) == 0
                ? new ArrayList<>(List.of(Map.of("exists", false)))
                : list(at, false));
      }
    }
    return fields;
  }

  /** A list of values; often one of them is met by the wanted one. */
  private List<Object> list(Object wanted, boolean texts) {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      Object argument = random.nextInt(4) > 0 ? wanted : texts ? text() : scalar();
      list.add(random.nextInt(3) == 0 ? respelled(argument) : operator(argument, texts));
    }
    if (random.nextInt(10) == 0) {
      list.add(Map.of("exists", random.nextBoolean()));
    }
    if (texts) {
      list.removeIf(one -> one == null || !(one instanceof String) && !(one instanceof Map));
    }
    return list.isEmpty() ? new ArrayList<>(List.of("x")) : list;
  }

  /** The same number or address, sometimes, written in another way. */
  private Object respelled(Object value) {
    for (List<?> same : SAME) {
      if (value != null && same.contains(value)) {
        return same.get(random.nextInt(same.size()));
      }
    }
    return value;
  }

  /** An operator that the value is likely to meet, or just misses. */
  private Object operator(Object value, boolean texts) {
    if (value instanceof Number number) {
      return switch (random.nextInt(4)) {
        case 0 -> Map.of("anything-but", number);
        case 1 -> Map.of("anything-but", List.of(number, number()));
        case 2 -> Map.of("numeric", List.of(pick("=", "<", "<=", ">", ">="), number));
        default -> range(number, number());
      };
    }
    if (!(value instanceof String text)) {
      return value;
    }
    return switch (random.nextInt(13)) {
      case 0 -> Map.of("prefix", random.nextInt(8) == 0 ? text + '"' : start(text));
      case 1 -> Map.of("suffix", end(text));
      case 2 -> Map.of("contains", start(end(text)));
      case 3 -> Map.of("equals-ignore-case", flipped(text));
      case 4 -> Map.of("prefix", Map.of("equals-ignore-case", flipped(start(text))));
      case 5 -> Map.of("suffix", Map.of("equals-ignore-case", flipped(end(text))));
      case 6 -> Map.of("wildcard", wildcard(text));
      case 7 -> Map.of("exactly", text);
      case 8 ->
          Map.of(
              "cidr",
              pick("10.0.0.0/24", "10.0.0.1/8", "10.0.0.0/31", "2001:db8::/32", "2001:db8::1/127"));
      case 9 -> Map.of("anything-but", random.nextBoolean() ? text : List.of(text, text()));
      case 10 ->
          Map.of(
              "anything-but",
              Map.of(
                  pick("prefix", "suffix", "equals-ignore-case", "wildcard"),
                  random.nextBoolean() ? text + "x" : List.of("x", text + "y")));
      case 11 -> random.nextInt(4) > 0 ? text : Map.of("prefix", start(text), "suffix", end(text));
      default -> Map.of("anything-but", Map.of("wildcard", wildcard(text)));
    };
  }

  private Object range(Number one, Number other) {
    BigDecimal a = new BigDecimal(one.toString());
    BigDecimal b = new BigDecimal(other.toString());
    if (a.compareTo(b) == 0) {
      return Map.of("numeric", List.of("=", one));
    }
    Number low = a.compareTo(b) < 0 ? one : other;
    return Map.of(
        "numeric", List.of(pick(">", ">="), low, pick("<", "<="), low == one ? other : one));
  }

  private String start(String text) {
    return text.substring(0, whole(text, between(0, text.length())));
  }

  private String end(String text) {
    return text.substring(whole(text, between(0, text.length())));
  }

  /** A place that is not inside a pair of surrogates. */
  private static int whole(String text, int at) {
    return at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
  }

  private int between(int from, int to) {
    return from + random.nextInt(to - from + 1);
  }

  private String flipped(String text) {
    return switch (random.nextInt(3)) {
      case 0 -> text.toUpperCase(Locale.ROOT);
      case 1 -> text.toLowerCase(Locale.ROOT);
      default -> text;
    };
  }

  /** The text with some of it replaced by a star, escaped where it has to be. */
  private String wildcard(String text) {
    int from = whole(text, between(0, text.length()));
    int to = whole(text, between(from, text.length()));
    String wildcard = escaped(text.substring(0, from)) + "*" + escaped(text.substring(to));
    return random.nextInt(3) == 0 && !wildcard.startsWith("*") ? "*" + wildcard : wildcard;
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("*", "\\*");
  }

  @SafeVarargs
  private <T> T pick(T... choices) {
    return Arrays.asList(choices).get(random.nextInt(choices.length));
  }

  // ---- JSON, not by the codec's own writer

  static String json(Object value) {
    if (value instanceof Map<?, ?> object) {
      List<String> fields = new ArrayList<>();
      object.forEach((key, field) -> fields.add(json(key) + ": " + json(field)));
      return "{" + String.join(", ", fields) + "}";
    }
    if (value instanceof List<?> array) {
      return "[" + String.join(", ", array.stream().map(RandomPatterns::json).toList()) + "]";
    }
    return value instanceof String text
        ? '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"'
        : String.valueOf(value);
  }
}
