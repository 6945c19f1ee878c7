package io.penstock.connector.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of one setting: name, type, default, range and doc. Everything that is known
 * about a key is known here; validation, schema and reference page are made from it. Immutable.
 *
 * @param <T> the type of its value
 */
public final class ConfigKey<T> {

  /** What a value is written as. */
  public enum Type {
    /** A text, not empty. */
    TEXT,
    /** A whole number. */
    INTEGER,
    /** A number. */
    NUMBER,
    /** True or false. */
    FLAG,
    /** A text such as {@code 5s}, see {@link Durations}. */
    DURATION,
    /** A text such as {@code 1MiB}, see {@link ByteSize}. */
    SIZE,
    /** One of {@link #choices()}. */
    CHOICE,
    /** A list of texts, or one text. */
    TEXTS,
    /** An object of texts, numbers and flags. */
    PROPERTIES,
    /** An object with the keys of {@link #nested()}. */
    OBJECT,
    /** Any JSON value. */
    JSON
  }

  /** The smallest and the largest value; both belong to the range. */
  public record Bounds(Object min, Object max) {}

  /** Reads a raw value; throws {@link IllegalArgumentException} if it is not of the type. */
  interface Reader<T> {
    @Nullable T read(Object raw, String path, Problems problems);
  }

  /** With an exponent of a billion, a number written without it would fill the memory. */
  private static final int MOST_ZEROS = 100;

  private final String name;
  private final Type type;
  private final String typeName;
  private final Reader<T> reader;
  private final @Nullable T defaultValue;
  private final boolean required;
  private final boolean secret;
  private final String doc;
  private final @Nullable Range<T> range;
  private final List<String> choices;
  private final @Nullable ConfigSpec nested;

  private ConfigKey(Draft<T> draft) {
    this.name = draft.name;
    this.type = draft.type;
    this.typeName = draft.typeName;
    this.reader = draft.reader;
    this.defaultValue = draft.defaultValue;
    this.required = draft.required;
    this.secret = draft.secret;
    this.doc = draft.doc;
    this.range = draft.range;
    this.choices = draft.choices;
    this.nested = draft.nested;
  }

  /** A text, not empty. */
  public static Draft<String> text(String name) {
    return new Draft<>(name, Type.TEXT, "text", ConfigKey::readText);
  }

  /** A whole number. */
  public static Draft<Long> integer(String name) {
    return new Draft<>(name, Type.INTEGER, "whole number", ConfigKey::readLong);
  }

  /** A number. */
  public static Draft<Double> number(String name) {
    return new Draft<>(
        name,
        Type.NUMBER,
        "number",
        (raw, path, problems) -> raw instanceof Number n ? finite(n) : null);
  }

  /** True or false. */
  public static Draft<Boolean> flag(String name) {
    return new Draft<>(
        name,
        Type.FLAG,
        "true or false",
        (raw, path, problems) -> raw instanceof Boolean b ? b : null);
  }

  /** A duration such as {@code "5s"}. */
  public static Draft<Duration> duration(String name) {
    return new Draft<>(
        name,
        Type.DURATION,
        "duration such as \"200ms\", \"5s\", \"10m\", \"1h\"",
        (raw, path, problems) -> raw instanceof String s ? tried(s, Durations::parse) : null);
  }

  /** A size such as {@code "1MiB"}. */
  public static Draft<ByteSize> size(String name) {
    return new Draft<>(
        name,
        Type.SIZE,
        "size such as \"512B\", \"64KiB\", \"1MiB\"",
        (raw, path, problems) -> raw instanceof String s ? tried(s, ByteSize::parse) : null);
  }

  /** One of the words of an enum, written in camelCase. */
  public static <E extends Enum<E>> Draft<E> choice(String name, Class<E> type) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E constant : type.getEnumConstants()) {
      words.put(camelCase(constant.name()), constant);
    }
    Draft<E> draft =
        new Draft<>(
            name,
            Type.CHOICE,
            "one of " + String.join(", ", words.keySet()),
            (raw, path, problems) -> raw instanceof String s ? words.get(s) : null);
    draft.choices = List.copyOf(words.keySet());
    return draft;
  }

  /** A list of texts, or one text for a list of one. */
  public static Draft<List<String>> texts(String name) {
    return new Draft<>(name, Type.TEXTS, "list of texts", ConfigKey::readTexts);
  }

  /** An object whose values are texts, numbers or flags; all are read as texts. */
  public static Draft<Map<String, String>> properties(String name) {
    return new Draft<>(
        name, Type.PROPERTIES, "object of names and texts", ConfigKey::readProperties);
  }

  /** An object with settings of its own. */
  public static Draft<Settings> object(String name, ConfigSpec spec) {
    Draft<Settings> draft =
        new Draft<>(
            name,
            Type.OBJECT,
            "object",
            (raw, path, problems) ->
                raw instanceof Map<?, ?> map ? spec.read(map, path, problems) : null);
    draft.nested = spec;
    return draft;
  }

  /** Any JSON value, as a tree (see {@link io.penstock.connector.Codec}); read by its owner. */
  public static Draft<Object> json(String name) {
    return new Draft<>(name, Type.JSON, "JSON value", (raw, path, problems) -> raw);
  }

  /** The name, in camelCase. */
  public String name() {
    return name;
  }

  /** What a value is written as. */
  public Type type() {
    return type;
  }

  /** The type in words, for messages and documents. */
  public String typeName() {
    return typeName;
  }

  /** What it is for, in one or two sentences. */
  public String doc() {
    return doc;
  }

  /** Whether it must be given. */
  public boolean required() {
    return required;
  }

  /** Whether its value must never be shown. */
  public boolean secret() {
    return secret;
  }

  /** The default, if it has one. */
  public Optional<T> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  /** The default as it would stand in a file, as a tree, if it has one. */
  public Optional<Object> defaultTree() {
    return defaultValue().map(this::tree);
  }

  private Object tree(T value) {
    if (value instanceof Duration duration) {
      return Durations.format(duration);
    }
    if (value instanceof Enum<?> word) {
      return choices.get(word.ordinal());
    }
    return value instanceof ByteSize size ? size.toString() : value;
  }

  /** The range in words, for example {@code 1 to 10000}, if it has one. */
  public Optional<String> range() {
    return Optional.ofNullable(range).map(Range::text);
  }

  /** The range, if it has one. */
  public Optional<Bounds> bounds() {
    return Optional.ofNullable(range).map(r -> new Bounds(r.min(), r.max()));
  }

  /** The words to choose from; empty if it is not a choice. */
  public List<String> choices() {
    return choices;
  }

  /** The settings of an object; empty for other types. */
  public Optional<ConfigSpec> nested() {
    return Optional.ofNullable(nested);
  }

  @Nullable T read(Object raw, String path, Problems problems) {
    int before = problems.size();
    T value = reader.read(raw, path, problems);
    if (value == null) {
      if (problems.size() == before) {
        report(raw, path, problems);
      }
      return null;
    }
    if (range != null && !range.contains(value)) {
      problems.add(
          ProblemCode.OUT_OF_RANGE, path, shown(raw), shortType() + " from " + range.text());
      return null;
    }
    return value;
  }

  private void report(Object raw, String path, Problems problems) {
    if (!choices.isEmpty() && raw instanceof String word && !secret) {
      problems.addUnknown(ProblemCode.UNKNOWN_WORD, path, word, choices);
    } else {
      boolean empty =
          type == Type.TEXT && "".equals(raw) || type == Type.TEXTS && List.of().equals(raw);
      problems.add(
          ProblemCode.WRONG_TYPE,
          path,
          shown(raw),
          empty ? typeWithArticle() + " that isn't empty" : typeWithArticle());
    }
  }

  private String shown(Object raw) {
    if (secret) {
      return "a value that is not shown";
    }
    if (raw instanceof String s && !s.isEmpty()) {
      return "'" + s + "'";
    }
    return raw instanceof Number ? raw.toString() : kind(raw);
  }

  /** The type with its article, for example {@code a text}. */
  String typeWithArticle() {
    if (typeName.startsWith("one of") || typeName.startsWith("true")) {
      return typeName;
    }
    return (typeName.startsWith("o") ? "an " : "a ") + typeName;
  }

  /** The type with its article and without examples, for example {@code a duration}. */
  private String shortType() {
    return typeWithArticle().replaceFirst(" such as .*", "");
  }

  private static <T> @Nullable T tried(String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      return null; // the caller reports what was expected
    }
  }

  private static @Nullable String readText(Object raw, String path, Problems problems) {
    return raw instanceof String s && !s.isEmpty() ? s : null;
  }

  private static @Nullable Long readLong(Object raw, String path, Problems problems) {
    if (raw instanceof Long || raw instanceof Integer) {
      return ((Number) raw).longValue();
    }
    return null;
  }

  private static @Nullable Double finite(Number number) {
    double value = number.doubleValue();
    return Double.isFinite(value) ? value : null;
  }

  /** What a value is, without showing it. */
  private static String kind(@Nullable Object raw) {
    if (raw instanceof String s) {
      return s.isEmpty() ? "an empty text" : "a text";
    }
    if (raw instanceof Map) {
      return "an object";
    }
    if (raw instanceof List<?> list) {
      return list.isEmpty() ? "an empty list" : "a list";
    }
    return raw == null ? "null" : raw instanceof Number ? "a number" : "true or false";
  }

  private static @Nullable List<String> readTexts(Object raw, String path, Problems problems) {
    if (raw instanceof String s && !s.isEmpty()) {
      return List.of(s);
    }
    if (!(raw instanceof List<?> list) || list.isEmpty()) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i) instanceof String s && !s.isEmpty()) {
        texts.add(s);
      } else {
        problems.add(
            ProblemCode.WRONG_TYPE,
            path + "[" + i + "]",
            kind(list.get(i)),
            "a text that isn't empty");
      }
    }
    return texts.size() == list.size() ? List.copyOf(texts) : null;
  }

  private static @Nullable Map<String, String> readProperties(
      Object raw, String path, Problems problems) {
    if (!(raw instanceof Map<?, ?> map)) {
      return null;
    }
    Map<String, String> properties = new TreeMap<>();
    map.forEach(
        (key, value) -> {
          if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            properties.put(
                String.valueOf(key),
                value instanceof BigDecimal number && Math.abs((long) number.scale()) <= MOST_ZEROS
                    ? number.toPlainString()
                    : String.valueOf(value));
          } else {
            problems.add(
                ProblemCode.WRONG_TYPE,
                path + "['" + key + "']",
                "a list, an object or null",
                "a text");
          }
        });
    return properties.size() == map.size() ? Map.copyOf(properties) : null;
  }

  private static String camelCase(String constant) {
    String[] words = constant.toLowerCase(Locale.ROOT).split("_", -1);
    StringBuilder text = new StringBuilder(words[0]);
    Arrays.stream(words)
        .skip(1)
        .forEach(w -> text.append(Character.toUpperCase(w.charAt(0))).append(w.substring(1)));
    return text.toString();
  }

  private record Range<T>(Comparable<? super T> min, Comparable<? super T> max, String text) {
    boolean contains(T value) {
      return min.compareTo(value) <= 0 && max.compareTo(value) >= 0;
    }
  }

  /** A declaration in the making; {@link #doc(String)} ends it. Not thread-safe. */
  public static final class Draft<T> {

    private final String name;
    private final Type type;
    private final String typeName;
    private final Reader<T> reader;
    private @Nullable T defaultValue;
    private boolean required;
    private boolean secret;
    private String doc = "";
    private @Nullable Range<T> range;
    private List<String> choices = List.of();
    private @Nullable ConfigSpec nested;

    private Draft(String name, Type type, String typeName, Reader<T> reader) {
      this.name = name;
      this.type = type;
      this.typeName = typeName;
      this.reader = reader;
    }

    /** What it is when it is not given. */
    public Draft<T> defaultsTo(T value) {
      this.defaultValue = value;
      return this;
    }

    /** It must be given. */
    public Draft<T> required() {
      this.required = true;
      return this;
    }

    /** Its value is never shown. */
    public Draft<T> secret() {
      this.secret = true;
      return this;
    }

    /** Both ends belong to the range. */
    public <C extends Comparable<? super T>> Draft<T> between(C min, C max) {
      this.range = new Range<>(min, max, shownBound(min) + " to " + shownBound(max));
      return this;
    }

    /** Ends the declaration with what the key is for: one or two sentences. */
    public ConfigKey<T> doc(String text) {
      this.doc = text;
      return new ConfigKey<>(this);
    }

    private static String shownBound(Object bound) {
      if (bound instanceof Double number) {
        return new BigDecimal(number.toString()).stripTrailingZeros().toPlainString();
      }
      return bound instanceof Duration d ? Durations.format(d) : bound.toString();
    }
  }
}
