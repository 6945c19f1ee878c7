package io.penstock.connector;

import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;

/** What every source, sink and function type has: a name and a description of its settings. */
public interface Plugin {

  /** The word after {@code "type"} in a connector's file, for example {@code kafka}. */
  String type();

  /** What it is, in a sentence, for lists and documents. */
  default String doc() {
    return "";
  }

  /** Its settings: the declarations that validate, default and document them. */
  ConfigSpec spec();

  /**
   * Checks what one key alone can't say, for example that one of two keys is needed. Touches nothing
   * outside; adds to {@code problems}.
   */
  default void check(Settings settings, Problems problems) {}
}
