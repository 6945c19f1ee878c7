package io.penstock.engine.filter;

import io.penstock.connector.config.Problems;
import io.penstock.engine.filter.NumberRange.Bound;
import io.penstock.engine.filter.NumberRange.Edge;
import io.penstock.engine.filter.Values.Absence;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads lists of values and reports all that is wrong with them. For one pattern, by one thread. */
final class ValuesReader {

  /** How many operators a pattern may have: each is tried on each value. */
  static final int MAX_OPERATORS = 1_000;

  /** How many of them may be wildcards. */
  static final int MAX_WILDCARDS = 100;

  /** How long a wildcard may be, in characters: a search takes this times the value at worst. */
  static final int MAX_WILDCARD_LENGTH = 256;

  /** What a field holds. */
  enum Kind {
    /** Any value of JSON. */
    DATA,
    /** A text. */
    ATTRIBUTE,
    /** A text that is an instant. */
    TIME
  }

  private static final String PREFIX = "prefix";
  private static final String SUFFIX = "suffix";
  private static final String CONTAINS = "contains";
  private static final String IGNORE_CASE = "equals-ignore-case";
  private static final String WILDCARD = "wildcard";
  private static final String ANYTHING_BUT = "anything-but";
  private static final String NUMERIC = "numeric";
  private static final String CIDR = "cidr";
  private static final String EXISTS = "exists";
  private static final String EXACTLY = "exactly";

  /** The words that make a condition. */
  static final List<String> OPERATORS =
      List.of(
          PREFIX,
          SUFFIX,
          CONTAINS,
          IGNORE_CASE,
          WILDCARD,
          ANYTHING_BUT,
          NUMERIC,
          CIDR,
          EXISTS,
          EXACTLY);

  private static final List<String> EXCLUDABLE = List.of(PREFIX, SUFFIX, IGNORE_CASE, WILDCARD);
  private static final List<String> COMPARISONS = List.of("=", "<", "<=", ">", ">=");
  private static final String LIST = "a list of values such as [\"PAID\"]";

  private final Problems problems;
  private int operators;
  private int wildcards;

  ValuesReader(Problems problems) {
    this.problems = problems;
  }

  /** Reads the values of a field; empty if there was a problem. */
  Optional<Values> read(@Nullable Object raw, String path, Kind kind) {
    int before = problems.size();
    if (!(raw instanceof List<?> list)) {
      if (raw instanceof String text) {
        problems.add(path, Shown.of(raw), LIST, "put it in brackets: [\"" + text + "\"]");
      } else {
        problems.add(path, Shown.of(raw), LIST);
      }
      return Optional.empty();
    }
    if (list.isEmpty()) {
      problems.add(path, "an empty list", "at least one value");
    }
    List<@Nullable Object> literals = new ArrayList<>();
    List<Condition> others = new ArrayList<>();
    Absence absence = Absence.DOES_NOT_MATCH;
    for (int i = 0; i < list.size(); i++) {
      String at = path + "[" + i + "]";
      if (!(list.get(i) instanceof Map<?, ?> object)) {
        readLiteral(list.get(i), at, kind, literals);
      } else if (object.size() == 1 && Boolean.FALSE.equals(object.get(EXISTS))) {
        absence = Absence.MATCHES;
      } else {
        readOperators(object, at, kind).ifPresent(others::add);
      }
    }
    return problems.size() > before
        ? Optional.empty()
        : Optional.of(new Values(anyOf(literals, others), absence));
  }

  private static @Nullable Condition anyOf(
      List<@Nullable Object> literals, List<Condition> others) {
    if (others.isEmpty()) {
      return literals.isEmpty() ? null : new Literals(literals);
    }
    return literals.isEmpty() && others.size() == 1
        ? others.get(0)
        : new Condition.AnyOf(new Literals(literals), others.toArray(Condition[]::new));
  }

  private void readLiteral(
      @Nullable Object value, String at, Kind kind, List<@Nullable Object> literals) {
    boolean scalar =
        value == null
            || value instanceof String
            || value instanceof Number
            || value instanceof Boolean;
    if (kind == Kind.DATA) {
      if (scalar) {
        literals.add(value);
      } else {
        problems.add(
            at, Shown.of(value), "a text, a number, true, false, null, or an operator in { }");
      }
    } else if (value == null) {
      problems.add(
          at, "null", "a text: attributes are texts, or absent", "write {\"exists\": false}");
    } else if (value instanceof String text) {
      text(text, at, kind).ifPresent(literals::add);
    } else {
      problems.add(at, Shown.of(value), "a text: attributes are texts, or absent");
    }
  }

  /** A text to compare with; an instant is written as an event's time is. */
  private Optional<String> text(String text, String at, Kind kind) {
    if (kind != Kind.TIME) {
      return Optional.of(text);
    }
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant().toString());
    } catch (DateTimeException e) { // reported
      problems.add(at, Shown.of(text), "a time such as \"2026-01-31T12:00:00Z\"");
      return Optional.empty();
    }
  }

  // ---- operators

  private Optional<Condition> readOperators(Map<?, ?> object, String path, Kind kind) {
    if (object.isEmpty()) {
      problems.add(path, "an empty object", "an operator such as {\"prefix\": \"eu-\"}");
      return Optional.empty();
    }
    List<Condition> all = new ArrayList<>();
    object.forEach(
        (key, argument) -> {
          String name = String.valueOf(key);
          String at = Shown.child(path, name);
          if (name.equals(EXISTS) && object.size() > 1) {
            problems.add(
                at,
                "'exists' beside another operator",
                "it alone",
                "every other operator needs the field to exist anyway");
          } else {
            readOperator(name, argument, at, kind).ifPresent(all::add);
          }
          if (++operators == MAX_OPERATORS + 1) {
            problems.add(
                at,
                "more than " + MAX_OPERATORS + " operators in the filter",
                "at most " + MAX_OPERATORS,
                "exact values are not limited; split the filter over several connectors otherwise");
          }
        });
    return all.size() < object.size()
        ? Optional.empty()
        : Optional.of(
            all.size() == 1 ? all.get(0) : new Condition.AllOf(all.toArray(Condition[]::new)));
  }

  private Optional<Condition> readOperator(
      String name, @Nullable Object argument, String at, Kind kind) {
    switch (name) {
      case PREFIX, SUFFIX -> {
        if (argument instanceof Map<?, ?> inner) {
          return only(inner, at, List.of(IGNORE_CASE))
              .flatMap(word -> ofText(name + word, inner.get(word), Shown.child(at, word)));
        }
        return ofText(name, argument, at);
      }
      case CONTAINS, IGNORE_CASE, WILDCARD, CIDR -> {
        return ofText(name, argument, at);
      }
      case EXACTLY -> {
        if (argument instanceof String text) {
          return text(text, at, kind).map(t -> new Literals(List.of(t)));
        }
        problems.add(at, Shown.of(argument), "a text");
        return Optional.empty();
      }
      case ANYTHING_BUT -> {
        return anythingBut(argument, at, kind);
      }
      case NUMERIC -> {
        if (kind == Kind.DATA) {
          return numeric(argument, at);
        }
        problems.add(at, "'numeric'", "an operator for texts: attributes are texts");
        return Optional.empty();
      }
      case EXISTS -> {
        if (Boolean.TRUE.equals(argument)) {
          return Optional.of(Condition.EXISTS);
        }
        problems.add(at, Shown.of(argument), "true or false");
        return Optional.empty();
      }
      default -> {
        problems.addUnknown(at, name, OPERATORS);
        return Optional.empty();
      }
    }
  }

  /** The one key of an object, if it is one of these. */
  private Optional<String> only(Map<?, ?> object, String at, List<String> words) {
    String word = object.size() == 1 ? String.valueOf(object.keySet().iterator().next()) : "";
    if (words.contains(word)) {
      return Optional.of(word);
    }
    if (word.isEmpty()) {
      problems.add(at, Shown.of(object), "an object with one of " + String.join(", ", words));
    } else {
      problems.addUnknown(Shown.child(at, word), word, words);
    }
    return Optional.empty();
  }

  /** A condition that compares with a text. */
  private Optional<Condition> ofText(String name, @Nullable Object argument, String at) {
    if (!(argument instanceof String text)) {
      problems.add(at, Shown.of(argument), "a text");
      return Optional.empty();
    }
    return switch (name) {
      case PREFIX -> Optional.of(value -> value.startsWith(text));
      case SUFFIX -> Optional.of(value -> value.endsWith(text));
      case CONTAINS -> Optional.of(value -> value.contains(text));
      case IGNORE_CASE -> Optional.of(value -> value.equalsIgnoreCase(text));
      case PREFIX + IGNORE_CASE ->
          Optional.of(value -> value.regionMatches(true, 0, text, 0, text.length()));
      case SUFFIX + IGNORE_CASE ->
          Optional.of(
              value ->
                  value.regionMatches(
                      true, value.length() - text.length(), text, 0, text.length()));
      case WILDCARD -> wildcard(text, at);
      case CIDR -> {
        Optional<Addresses> addresses = Addresses.parse(text);
        if (addresses.isEmpty()) {
          problems.add(at, Shown.of(text), "a block of addresses such as \"10.0.0.0/8\"");
        }
        yield addresses.map(a -> a);
      }
      default -> throw new IllegalArgumentException(name);
    };
  }

  private Optional<Condition> wildcard(String text, String at) {
    if (++wildcards == MAX_WILDCARDS + 1) {
      problems.add(
          at,
          "more than " + MAX_WILDCARDS + " wildcards in the filter",
          "at most " + MAX_WILDCARDS,
          "'prefix' and 'suffix' do what a wildcard with one '*' at an end does");
    }
    if (text.length() > MAX_WILDCARD_LENGTH) {
      problems.add(
          at,
          "a wildcard of " + text.length() + " characters",
          "at most " + MAX_WILDCARD_LENGTH + " characters");
      return Optional.empty();
    }
    try {
      return Optional.of(new Wildcard(text));
    } catch (IllegalArgumentException e) {
      problems.add(
          at,
          Shown.of(text) + " with " + e.getMessage(),
          "'*' for any characters, \\* and \\\\ for these two themselves",
          "in JSON a backslash is written twice");
      return Optional.empty();
    }
  }

  // ---- anything-but

  private Optional<Condition> anythingBut(@Nullable Object argument, String at, Kind kind) {
    if (argument instanceof Map<?, ?> inner) {
      return only(inner, at, EXCLUDABLE)
          .flatMap(word -> butOperator(word, inner.get(word), Shown.child(at, word)));
    }
    List<?> values = argument instanceof List<?> list ? list : Arrays.asList(argument);
    boolean texts = !values.isEmpty() && values.stream().allMatch(String.class::isInstance);
    boolean numbers =
        kind == Kind.DATA
            && !values.isEmpty()
            && values.stream().allMatch(Number.class::isInstance);
    if (!texts && !numbers) {
      problems.add(
          at,
          Shown.of(argument),
          kind == Kind.DATA
              ? "a text, a number, a list of texts or a list of numbers"
              : "a text or a list of texts");
      return Optional.empty();
    }
    List<Object> excluded = new ArrayList<>();
    for (Object value : values) {
      if (value instanceof String text) {
        text(text, at, kind).ifPresent(excluded::add);
      } else {
        excluded.add(value);
      }
    }
    return Optional.of(new Condition.Not(new Literals(excluded)));
  }

  private Optional<Condition> butOperator(String word, @Nullable Object argument, String at) {
    if (!(argument instanceof List<?> list)) {
      return butText(word, argument, at).map(Condition.Not::new);
    }
    if (list.isEmpty()) {
      problems.add(at, "an empty list", "at least one text");
    }
    List<Condition> excluded = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      butText(word, list.get(i), at + "[" + i + "]").ifPresent(excluded::add);
    }
    operators += list.size();
    return Optional.of(
        new Condition.Not(
            new Condition.AnyOf(new Literals(List.of()), excluded.toArray(Condition[]::new))));
  }

  private Optional<Condition> butText(String word, @Nullable Object argument, String at) {
    if ("".equals(argument) && (word.equals(PREFIX) || word.equals(SUFFIX))) {
      problems.add(at, "an empty text, which every text has", "at least one character");
      return Optional.empty();
    }
    return ofText(word, argument, at);
  }

  // ---- numeric

  private Optional<Condition> numeric(@Nullable Object argument, String at) {
    if (!(argument instanceof List<?> list) || list.size() != 2 && list.size() != 4) {
      problems.add(
          at, Shown.of(argument), "a comparison such as [\">\", 0] or [\">=\", 0, \"<\", 10]");
      return Optional.empty();
    }
    int before = problems.size();
    for (int i = 0; i < list.size(); i += 2) {
      if (!(list.get(i) instanceof String word) || !COMPARISONS.contains(word)) {
        problems.add(
            at + "[" + i + "]", Shown.of(list.get(i)), "one of " + String.join(", ", COMPARISONS));
      }
      if (!(list.get(i + 1) instanceof Number)) {
        problems.add(at + "[" + (i + 1) + "]", Shown.of(list.get(i + 1)), "a number");
      }
    }
    if (problems.size() > before) {
      return Optional.empty();
    }
    String word = String.valueOf(list.get(0));
    if (list.size() == 2) {
      Bound bound = bound(list, 0);
      return Optional.of(
          switch (word) {
            case ">", ">=" -> new NumberRange(bound, null);
            case "<", "<=" -> new NumberRange(null, bound);
            default -> new Literals(List.of(bound.value()));
          });
    }
    if (!word.startsWith(">") || !String.valueOf(list.get(2)).startsWith("<")) {
      problems.add(
          at,
          "'" + word + "' and then '" + list.get(2) + "'",
          "the lower bound with '>' or '>=' first, then the upper with '<' or '<='");
      return Optional.empty();
    }
    Bound lower = bound(list, 0);
    Bound upper = bound(list, 2);
    if (lower.value().compareTo(upper.value()) >= 0) {
      problems.add(
          at,
          "a range from " + lower.value() + " to " + upper.value(),
          "a lower bound that is less than the upper",
          "write [\"=\", " + lower.value() + "] for one number");
      return Optional.empty();
    }
    return Optional.of(new NumberRange(lower, upper));
  }

  private static Bound bound(List<?> list, int at) {
    return new Bound(
        Literals.decimal((Number) list.get(at + 1)),
        String.valueOf(list.get(at)).endsWith("=") ? Edge.INCLUDED : Edge.EXCLUDED);
  }
}
