package io.penstock.source.tasks.store;

/**
 * What a function made of a task; the array must not be changed.
 *
 * @param contentType its media type; may be empty
 * @param data may be empty
 */
public record Result(String contentType, byte[] data) {}
