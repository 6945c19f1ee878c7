package io.penstock.connector;

import java.util.Set;

/**
 * What the engine can take now.
 *
 * @param events how many records at most; zero means none, but the source must still do what keeps
 *     its membership. A log source may go over it by what its client has already fetched, a queue
 *     source must not.
 * @param bytes how many bytes at most, with the same reading
 * @param saturatedRoutes routes that have no credit: a queue source hands over no record of them
 */
public record Demand(int events, long bytes, Set<String> saturatedRoutes) {}
