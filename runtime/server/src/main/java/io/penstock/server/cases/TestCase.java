package io.penstock.server.cases;

import io.penstock.connector.SinkOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A case: what comes in, what stands in for what would be asked outside, and what must come of it.
 *
 * @param name unique in its file
 * @param events in the order in which they lie in their lanes; ids are unique
 * @param answers of the function, by event id; empty if the function itself is called
 * @param deliveries what sinks answer, by name of the sink
 * @param until no event is waited for longer, in the time of the case
 * @param expected what must come of it
 */
public record TestCase(
    String name,
    List<InputEvent> events,
    Optional<Map<String, List<Answer>>> answers,
    Map<String, List<SinkOutcome>> deliveries,
    Duration until,
    Expectation expected) {}
