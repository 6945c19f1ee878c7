package io.penstock.server.doctor;

import io.penstock.server.errors.StartCode;
import java.util.Optional;

/**
 * What was found of one thing.
 *
 * @param verdict how it is
 * @param what was looked at, for example {@code data folder}
 * @param text what was found, for people
 * @param code what kind of trouble it is, if it is any
 */
public record Finding(Verdict verdict, String what, String text, Optional<String> code) {

  /** How a thing is. */
  public enum Verdict {
    /** Good. */
    OK,
    /** It will do, but look at it. */
    WARNING,
    /** Connectors won't run, or not all of them. */
    BAD
  }

  static Finding ok(String what, String text) {
    return new Finding(Verdict.OK, what, text, Optional.empty());
  }

  static Finding warning(String what, StartCode code, String text) {
    return new Finding(Verdict.WARNING, what, text, Optional.of(code.code()));
  }

  static Finding bad(String what, StartCode code, String text) {
    return new Finding(Verdict.BAD, what, text, Optional.of(code.code()));
  }
}
