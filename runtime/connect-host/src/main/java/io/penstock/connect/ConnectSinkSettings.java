package io.penstock.connect;

import java.time.Duration;

/**
 * A sink plugin and how it is called.
 *
 * @param connect the plugin and its own settings
 * @param topic the topic that the plugin sees; empty takes the one that an event was read from by a
 *     Connect source, or else the connector's name
 * @param commitInterval how often the plugin is asked, at least, what it has written for good
 * @param deliveryTimeout after which an event that the plugin has not confirmed counts as failed
 */
public record ConnectSinkSettings(
    ConnectSettings connect, String topic, Duration commitInterval, Duration deliveryTimeout) {}
