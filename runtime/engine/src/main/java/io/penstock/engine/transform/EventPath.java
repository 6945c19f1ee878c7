package io.penstock.engine.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JSONPath that leads to one value of an event: names and indexes only, as in {@code
 * $.data.lines[0].sku} or {@code $['data']['order id']}. The event is one as CloudEvents writes it in
 * JSON: attributes and extensions beside {@code data}. Immutable.
 *
 * @param text as it was written
 * @param steps from the event on
 */
record EventPath(String text, List<Step> steps) {

  /** From a value to one below it. */
  sealed interface Step {}

  /** To a field of an object. */
  record Name(String name) implements Step {}

  /** To an element of an array, counted from 0. */
  record Index(int index) implements Step {}

  static final String DATA = "data";
  static final Set<String> ATTRIBUTES =
      Set.of("id", "source", "type", "subject", "time", "datacontenttype");

  private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]+");
  private static final Pattern STEP =
      Pattern.compile(
          "\\.(?<dot>[\\p{L}_][\\p{L}\\p{N}_-]*)"
              + "|\\[(?<index>0|[1-9][0-9]{0,8})]"
              + "|\\['(?<single>(?:[^'\\\\]|\\\\['\\\\])*)']"
              + "|\\[\"(?<pair>(?:[^\"\\\\]|\\\\[\"\\\\])*)\"]");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");

  /**
   * Reads a path.
   *
   * @throws IllegalArgumentException if it is none, or none of an event; the message says why
   */
  static EventPath parse(String text) {
    if (!text.startsWith("$")) {
      throw new IllegalArgumentException("a path starts with '$', the event");
    }
    List<Step> steps = new ArrayList<>();
    Matcher step = STEP.matcher(text);
    int at = 1;
    while (at < text.length()) {
      step.region(at, text.length());
      if (!step.lookingAt()) {
        throw new IllegalArgumentException(
            "'"
                + text.substring(at)
                + "' is no step of a path: .name, ['name'] and [0] are; it must lead to one value");
      }
      steps.add(step(step));
      at = step.end();
    }
    EventPath path = new EventPath(text, List.copyOf(steps));
    path.check();
    return path;
  }

  private static Step step(Matcher step) {
    if (step.group("index") != null) {
      return new Index(Integer.parseInt(step.group("index")));
    }
    if (step.group("dot") != null) {
      return new Name(step.group("dot"));
    }
    String quoted = step.group("single") == null ? step.group("pair") : step.group("single");
    return new Name(ESCAPE.matcher(quoted).replaceAll("$1"));
  }

  private void check() {
    if (steps.isEmpty()) {
      return;
    }
    String name = steps.get(0) instanceof Name first ? first.name() : "";
    if (!EXTENSION.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "an event has 'data', "
              + String.join(", ", ATTRIBUTES.stream().sorted().toList())
              + " and its extensions");
    }
    if (!name.equals(DATA) && steps.size() > 1) {
      throw new IllegalArgumentException("attributes and extensions are texts");
    }
  }

  /** Whether it leads to the payload or into it. */
  boolean readsData() {
    return steps.isEmpty() || steps.get(0).equals(new Name(DATA));
  }

  /** Whether it leads to a part of the payload. */
  boolean readsIntoData() {
    return readsData() && steps.size() > 1;
  }
}
