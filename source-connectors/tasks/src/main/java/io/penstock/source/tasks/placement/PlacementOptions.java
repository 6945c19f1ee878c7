package io.penstock.source.tasks.placement;

import java.time.Duration;

/**
 * When a queue is allocated and when it is taken back.
 *
 * @param recent how far back usage counts: older usage fades with this time constant
 * @param share a part of a queue's recent processing time that is too much, from 0 to 1, if it is also
 *     half as much again as an equal part
 * @param minInFlight with fewer tasks out, a part of the time alone is no reason
 * @param failures a part of recent attempts that failed and is too much, from 0 to 1
 * @param minAttempts with fewer recent attempts, failures are no reason
 * @param saturated a part of recent time in which a function took no more that is too much
 * @param patience how long neighbours are hurt without a break before a queue is allocated
 * @param idle how long a queue is empty without a break before it is taken back
 * @param maxQueues how many queues may be allocated beside the shared one
 */
public record PlacementOptions(
    Duration recent,
    double share,
    int minInFlight,
    double failures,
    int minAttempts,
    double saturated,
    Duration patience,
    Duration idle,
    int maxQueues) {

  /** What works without thinking about it. */
  public static final PlacementOptions DEFAULT =
      new PlacementOptions(
          Duration.ofSeconds(10),
          0.1,
          4,
          0.5,
          10,
          0.5,
          Duration.ofSeconds(2),
          Duration.ofMinutes(5),
          1_000);
}
