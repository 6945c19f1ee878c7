package io.penstock.engine.filter;

import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.functions.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares one event with a rule, field by field. For one use. */
final class Explainer {

  private static final int LONGEST = 200;
  private static final String ABSENT = "absent";

  private final Event event;
  private final Codec format;
  private final JsonCodec json = new JsonCodec();
  private final Map<Rule.Field, Boolean> matched = new IdentityHashMap<>();
  private final List<Explanation.Field> fields = new ArrayList<>();

  private boolean decoded;
  private @Nullable Object tree;
  private @Nullable String unreadable;

  Explainer(Event event, Codec format) {
    this.event = event;
    this.format = format;
  }

  Explanation explain(Rule rule, EventPattern pattern) {
    look(rule);
    if (unreadable == null) {
      try {
        boolean passes = pattern.passes(event, format);
        return new Explanation(
            passes,
            fields,
            holds(rule) && !passes
                ? Optional.of(
                    "each field matches, but not all of them in the same element of an array")
                : Optional.empty());
      } catch (DecodeException e) { // the filter is stricter than the codec: in UTF-8, for one
        unreadable = e.getMessage();
      }
    }
    return new Explanation(false, fields, Optional.of("the payload can't be read: " + unreadable));
  }

  private void look(Rule rule) {
    if (rule instanceof Rule.All all) {
      all.rules().forEach(this::look);
    } else if (rule instanceof Rule.Any any) {
      any.rules().forEach(this::look);
    } else if (rule instanceof Rule.Field field) {
      look(field);
    }
  }

  private void look(Rule.Field field) {
    List<@Nullable Object> found = new ArrayList<>();
    if (field.isData()) {
      decode();
      if (unreadable == null) {
        List<String> below = field.path().subList(1, field.path().size());
        collect(tree, below.isEmpty() ? null : String.join(".", below), found);
      }
    } else {
      String value = AttributeCheck.reader(field.name()).apply(event);
      if (value != null) {
        found.add(value);
      }
    }
    Condition condition = field.values().condition();
    boolean matches =
        found.isEmpty()
            ? field.values().absenceMatches()
            : condition != null && found.stream().anyMatch(condition::scalar);
    if (field.isData() && unreadable != null) {
      matches = false;
    }
    matched.put(field, matches);
    fields.add(
        new Explanation.Field(
            field.at(),
            field.name(),
            field.expected(),
            field.isData() && unreadable != null ? "unreadable" : shown(found),
            matches));
  }

  private void decode() {
    if (!decoded) {
      decoded = true;
      try {
        tree = format.decode(event.data());
      } catch (DecodeException e) {
        unreadable = e.getMessage();
      }
    }
  }

  /** The scalars at a path, which the keys may have parts of with dots; null is the value itself. */
  private static void collect(
      @Nullable Object value, @Nullable String path, List<@Nullable Object> found) {
    if (value instanceof List<?> array) {
      for (Object element : array) {
        collect(element, path, found);
      }
    } else if (value instanceof Map<?, ?> object) {
      for (Map.Entry<?, ?> field : object.entrySet()) {
        String name = String.valueOf(field.getKey());
        if (name.equals(path)) {
          collect(field.getValue(), null, found);
        } else if (path != null && path.startsWith(name + ".")) {
          collect(field.getValue(), path.substring(name.length() + 1), found);
        }
      }
    } else if (path == null) {
      found.add(value);
    }
  }

  private String shown(List<@Nullable Object> found) {
    if (found.isEmpty()) {
      return ABSENT;
    }
    Object value = found.size() == 1 ? found.get(0) : found;
    String text;
    try {
      text = new String(json.encode(value), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) { // bytes, or what else a format may have
      text = String.valueOf(value);
    }
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
  }

  /** Whether the rule would hold if arrays didn't matter. */
  private boolean holds(Rule rule) {
    if (rule instanceof Rule.All all) {
      return all.rules().stream().allMatch(this::holds);
    }
    if (rule instanceof Rule.Any any) {
      return any.rules().stream().anyMatch(this::holds);
    }
    return Boolean.TRUE.equals(matched.get((Rule.Field) rule));
  }
}
