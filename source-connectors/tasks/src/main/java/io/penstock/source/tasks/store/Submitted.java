package io.penstock.source.tasks.store;

/** What became of a task that was handed in. */
public sealed interface Submitted {

  /** It is kept. */
  record Kept(StoredTask task) implements Submitted {}

  /** There is one with this id and the same function and payload, and nothing was changed. */
  record Duplicate(StoredTask existing) implements Submitted {}

  /** There is one with this id and another function or payload, and nothing was changed. */
  record Conflict(StoredTask existing) implements Submitted {}
}
