package io.penstock.engine.filter;

import java.util.List;
import java.util.Optional;

/**
 * Why an event passes a filter, or doesn't.
 *
 * @param passes whether it does
 * @param fields every field of the filter, in its order
 * @param note what the fields alone don't tell: a payload that can't be read, or fields that match
 *     but not in the same element of an array
 */
public record Explanation(boolean passes, List<Field> fields, Optional<String> note) {

  /** Copies. */
  public Explanation {
    fields = List.copyOf(fields);
  }

  /**
   * A field of the filter beside that of the event.
   *
   * @param path where it stands in the configuration, for example {@code $.filter.data.total}; of
   *     the objects in {@code $or} one must match in full
   * @param name its name in the event, for example {@code data.total}
   * @param expected the filter's values, in JSON
   * @param actual the event's value in JSON; a list in brackets if there are several, as in arrays;
   *     {@code absent} if there is none; shortened if it is long
   * @param matched whether one of the event's values is one of the filter's
   */
  public record Field(String path, String name, String expected, String actual, boolean matched) {}
}
