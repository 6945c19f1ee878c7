package io.penstock.server.crash;

import org.jspecify.annotations.Nullable;

/**
 * A dead letter that arrived.
 *
 * @param appendedMs when the broker wrote it, by its clock
 * @param number of the event that died, or -1 if there is none at the place the letter names
 * @param cause why, a code
 * @param sink which sink refused its result; null if the function or the payload was to blame
 * @param attempts how often the function tried
 * @param worker the process that gave it up
 * @param id of the letter
 * @param content whether key, headers and value are those that were produced
 */
record Letter(
    long appendedMs,
    int number,
    String cause,
    @Nullable String sink,
    int attempts,
    int worker,
    String id,
    Content content) {

  /** Whether the original is in it byte for byte. */
  enum Content {
    INTACT,
    CHANGED
  }
}
