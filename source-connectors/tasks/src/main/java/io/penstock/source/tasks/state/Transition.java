package io.penstock.source.tasks.state;

/**
 * Something that happened to a task.
 *
 * @param atMs when, in milliseconds since the epoch
 * @param action what was done
 * @param state the state that came of it
 * @param cause why, for people; may be empty
 * @param by who asked for it; empty if it was the system itself
 */
public record Transition(long atMs, TaskAction action, TaskState state, String cause, String by) {}
