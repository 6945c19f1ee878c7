package io.penstock.server.cases;

import io.penstock.connector.Lane;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.Optional;

/**
 * An event that a case gives to its connector.
 *
 * @param event the event
 * @param key of its record, if it has one
 * @param lane it comes in
 * @param route that it names; empty for the connector's own
 * @param at when it comes, since the begin of the case
 */
public record InputEvent(
    Event event, Optional<String> key, Lane lane, Optional<String> route, Duration at) {}
