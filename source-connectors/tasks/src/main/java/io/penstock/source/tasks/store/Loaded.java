package io.penstock.source.tasks.store;

import org.jspecify.annotations.Nullable;

/**
 * A task as it was read, with its payload if that stands beside it; the array must not be changed.
 *
 * @param task as it is kept
 * @param payload null if it has to be read by itself
 */
public record Loaded(StoredTask task, byte @Nullable [] payload) {}
