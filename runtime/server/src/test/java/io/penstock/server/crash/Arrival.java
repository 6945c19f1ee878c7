package io.penstock.server.crash;

/**
 * A result that arrived.
 *
 * @param place where
 * @param appendedMs when the broker wrote it, by its clock
 * @param number of the event it is of
 * @param index which of the event's results it is
 * @param worker the process that made it, from 1
 * @param invocation which call of the function in that process made it
 * @param id of the result, as its record says
 */
record Arrival(
    Place place, long appendedMs, int number, int index, int worker, long invocation, String id) {

  /** A record's place: which output topic (0 or 1), partition, offset. */
  record Place(int topic, int partition, long offset) {}
}
