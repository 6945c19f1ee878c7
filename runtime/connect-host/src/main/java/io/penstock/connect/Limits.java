package io.penstock.connect;

import java.time.Duration;

/**
 * How long plugins may take.
 *
 * @param callback after which a callback that has not returned is told; all but poll
 * @param poll after which a poll that has not returned is told: it may wait for records
 * @param taskStop what a task has to stop
 * @param connectorStop what a connector has to stop
 */
record Limits(Duration callback, Duration poll, Duration taskStop, Duration connectorStop) {

  static final Limits USUAL =
      new Limits(
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          Duration.ofSeconds(8),
          Duration.ofSeconds(4));
}
