package io.penstock.engine.filter;

import org.jspecify.annotations.Nullable;

/**
 * What a field of a pattern asks for: a value that meets the condition, or, if there is an {@link
 * Absence}, that there is no value. One of the two at least.
 */
record Values(@Nullable Condition condition, Absence absence) {

  /** Whether a field that isn't there is one that matches. */
  enum Absence {
    MATCHES,
    DOES_NOT_MATCH
  }

  boolean absenceMatches() {
    return absence == Absence.MATCHES;
  }
}
