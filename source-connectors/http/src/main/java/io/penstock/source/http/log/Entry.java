package io.penstock.source.http.log;

/**
 * A record of the log.
 *
 * @param position its number, from 0 for the first that was ever appended
 * @param timeMs when it was appended, in milliseconds since 1970; never less than the one before
 * @param bytes the record; not to be changed
 */
public record Entry(long position, long timeMs, byte[] bytes) {}
