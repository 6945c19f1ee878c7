package io.penstock.source.tasks.placement;

/**
 * Where the tasks of a function go, and why.
 *
 * @param queue the queue
 * @param sinceMs since when, in milliseconds since the epoch
 * @param reason for people
 */
public record Place(QueueId queue, long sinceMs, String reason) {}
