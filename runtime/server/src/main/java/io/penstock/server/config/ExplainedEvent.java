package io.penstock.server.config;

import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import io.penstock.engine.filter.EventPattern;
import io.penstock.engine.filter.Explanation;
import io.penstock.engine.transform.Transform;
import io.penstock.functions.Event;
import io.penstock.server.config.ConnectorConfig.Body;
import io.penstock.server.config.ConnectorConfig.SinkConfig;
import java.util.List;
import java.util.Optional;

/**
 * What would become of an event in a connector, told without running it.
 *
 * @param connector its name
 * @param first what its own filter and transform make of the event
 * @param function the type of its function, if it has one; the function isn't called
 * @param sinks what the sinks of onSuccess would get; empty if the event doesn't come so far. With a
 *     function, as if its result were the event
 */
public record ExplainedEvent(
    String connector, Stage first, Optional<String> function, List<SinkStage> sinks) {

  /**
   * A filter and a transform.
   *
   * @param filter how the event compares with the filter, if there is one
   * @param made the event as it goes on; empty if it doesn't
   * @param isTransformed whether a transform made that of it
   * @param trouble why it can be neither passed nor left out, if so: its payload can't be read
   */
  public record Stage(
      Optional<Explanation> filter,
      Optional<Event> made,
      boolean isTransformed,
      Optional<String> trouble) {}

  /** The stage of a sink. */
  public record SinkStage(String name, Stage stage) {}

  /** Looks at an event with the eyes of a connector. */
  static ExplainedEvent of(Body body, Event event) {
    Codec format = body.source().format();
    Stage first = stage(body.filter(), body.transform(), event, format);
    return new ExplainedEvent(
        body.name(),
        first,
        body.function().map(function -> function.part().provider().type()),
        first
            .made()
            .map(made -> body.onSuccess().stream().map(s -> sink(s, made, format)).toList())
            .orElse(List.of()));
  }

  private static SinkStage sink(SinkConfig sink, Event event, Codec format) {
    return new SinkStage(sink.name(), stage(sink.filter(), sink.transform(), event, format));
  }

  private static Stage stage(
      Optional<EventPattern> filter, Optional<Transform> transform, Event event, Codec format) {
    Optional<Explanation> explanation = filter.map(pattern -> pattern.explain(event, format));
    try {
      if (filter.isPresent() && !filter.get().passes(event, format)) {
        return new Stage(explanation, Optional.empty(), false, Optional.empty());
      }
      Event made = transform.isPresent() ? transform.get().apply(event, format) : event;
      made.data(); // a transform may make it only now
      return new Stage(explanation, Optional.of(made), transform.isPresent(), Optional.empty());
    } catch (DecodeException e) {
      return new Stage(
          explanation, Optional.empty(), false, Optional.of(String.valueOf(e.getMessage())));
    }
  }
}
