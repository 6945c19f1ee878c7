package io.penstock.functions;

/**
 * One event of a batch with its payload as the type that the handler asked for.
 *
 * @param event the event
 * @param value its payload, bound to {@code I}; the event itself if {@code I} is {@link Event}
 */
public record BatchItem<I>(Event event, I value) {}
