package io.penstock.source.tasks.placement;

/**
 * A queue was allocated, or taken back.
 *
 * @param queue which
 * @param change what became of it
 * @param reason why, for people
 */
public record Move(QueueId queue, Change change, String reason) {

  /** What became of a queue. */
  public enum Change {
    /** Those that it is named for go there now. */
    ALLOCATED,
    /** Those that it was named for go where they went before. */
    RECLAIMED
  }
}
