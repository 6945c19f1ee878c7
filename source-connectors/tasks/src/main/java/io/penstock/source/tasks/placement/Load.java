package io.penstock.source.tasks.placement;

/**
 * How a function stands at one moment.
 *
 * @param account whose it is
 * @param function its name
 * @param waiting how many of its tasks could start if they got a slot
 * @param inFlight how many of its tasks are out
 * @param saturated whether something of it waits because the function itself takes no more
 */
public record Load(
    String account, String function, long waiting, int inFlight, boolean saturated) {}
