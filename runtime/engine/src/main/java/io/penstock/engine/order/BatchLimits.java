package io.penstock.engine.order;

/**
 * How large a batch may be and how long its oldest entry waits.
 *
 * @param maxEvents 1 or more
 * @param maxBytes 1 or more; one larger entry goes alone
 * @param maxWaitNs zero or more
 */
public record BatchLimits(int maxEvents, long maxBytes, long maxWaitNs) {}
