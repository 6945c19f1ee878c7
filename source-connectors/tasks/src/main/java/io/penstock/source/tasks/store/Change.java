package io.penstock.source.tasks.store;

import org.jspecify.annotations.Nullable;

/**
 * What a task is to become, if nobody has changed it meanwhile.
 *
 * @param version of the task that this was made of
 * @param task as it is to be
 * @param result what the function made, or null if that is to stay as it is
 */
public record Change(int version, StoredTask task, @Nullable Result result) {}
