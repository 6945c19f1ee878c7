package io.penstock.engine.filter;

import java.util.List;

/** A pattern as it was read, and not compiled yet. Immutable. */
sealed interface Rule {

  /**
   * A field with values.
   *
   * @param path its names from the event on, such as {@code data, total, currency}
   * @param at where it stands in the configuration
   * @param expected its values as they are written, in JSON
   * @param values its values
   */
  record Field(List<String> path, String at, String expected, Values values) implements Rule {

    boolean isData() {
      return path.get(0).equals(PatternReader.DATA);
    }

    String name() {
      return String.join(".", path);
    }
  }

  /** All of these. */
  record All(List<Rule> rules) implements Rule {}

  /** One of these at least. */
  record Any(List<Rule> rules) implements Rule {}
}
