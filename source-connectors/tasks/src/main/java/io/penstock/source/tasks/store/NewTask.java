package io.penstock.source.tasks.store;

/**
 * A task to be kept, with its payload; the array must not be changed.
 *
 * @param task as it begins
 * @param payload may be empty
 */
public record NewTask(StoredTask task, byte[] payload) {}
