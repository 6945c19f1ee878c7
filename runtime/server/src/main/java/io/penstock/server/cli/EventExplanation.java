package io.penstock.server.cli;

import io.penstock.connector.config.Problems;
import io.penstock.engine.filter.Explanation;
import io.penstock.functions.Event;
import io.penstock.server.cases.EventForm;
import io.penstock.server.cases.InputEvent;
import io.penstock.server.config.ConnectorConfig;
import io.penstock.server.config.ExplainedEvent;
import io.penstock.server.config.ExplainedEvent.SinkStage;
import io.penstock.server.config.ExplainedEvent.Stage;
import io.penstock.server.config.FileProblem;
import io.penstock.server.config.JsonDocument;
import io.penstock.server.http.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells what connectors would make of an event that stands in a file. */
final class EventExplanation {

  private final Output output;

  EventExplanation(Output output) {
    this.output = output;
  }

  /** What a program is told. */
  private record Shown(List<ShownConnector> explained) {}

  private record ShownConnector(
      String connector, ShownStage first, Optional<String> function, List<ShownSink> sinks) {}

  private record ShownSink(String name, ShownStage stage) {}

  private record ShownStage(
      boolean goesOn,
      Optional<Explanation> filter,
      Optional<Map<String, @Nullable Object>> event,
      Optional<String> trouble) {}

  /** Prints it; answers whether the event could be read. */
  boolean print(Path file, List<ConnectorConfig> connectors) {
    Problems problems = new Problems();
    Optional<JsonDocument> document = JsonDocument.read(file, problems);
    if (document.isPresent()) {
      List<ShownConnector> shown =
          connectors.stream().flatMap(c -> explain(c, document.get(), problems).stream()).toList();
      if (problems.isEmpty() && output.isJson()) {
        output.object(new Shown(shown));
      }
    }
    // Each connector reads the event in its own format, and finds the same things wrong with it.
    List<FileProblem> wrong =
        JsonDocument.located(file, document, problems.list().stream().distinct().toList());
    if (!wrong.isEmpty()) {
      ConnectorFiles.print(wrong, output);
    }
    return wrong.isEmpty();
  }

  private Optional<ShownConnector> explain(
      ConnectorConfig connector, JsonDocument document, Problems problems) {
    Optional<InputEvent> input =
        new EventForm(connector.format(), problems).input(document.tree(), "$", "1");
    if (input.isEmpty()) {
      return Optional.empty();
    }
    ExplainedEvent explained = connector.explain(input.get().event());
    if (!output.isJson()) {
      print(explained, connector);
    }
    return Optional.of(
        new ShownConnector(
            explained.connector(),
            shown(explained.first(), connector),
            explained.function(),
            explained.sinks().stream()
                .map(sink -> new ShownSink(sink.name(), shown(sink.stage(), connector)))
                .toList()));
  }

  private static ShownStage shown(Stage stage, ConnectorConfig connector) {
    return new ShownStage(
        stage.made().isPresent(),
        stage.filter(),
        stage.made().map(event -> event(event, connector)),
        stage.trouble());
  }

  private static Map<String, @Nullable Object> event(Event event, ConnectorConfig connector) {
    return EventForm.shown(event, connector.format());
  }

  private void print(ExplainedEvent explained, ConnectorConfig connector) {
    output.line(explained.connector());
    output.line("  filter     " + verdict(explained.first()));
    fields(explained.first(), "             ");
    explained
        .first()
        .trouble()
        .ifPresent(text -> output.line("             a failure, UNREADABLE: " + text));
    if (explained.first().isTransformed()) {
      explained
          .first()
          .made()
          .ifPresent(event -> output.line("  transform  " + Json.line(event(event, connector))));
    }
    explained
        .function()
        .filter(type -> explained.first().made().isPresent())
        .ifPresent(
            type ->
                output.line(
                    "  function   of type "
                        + type
                        + ", not called here; below as if its result were the event"));
    for (SinkStage sink : explained.sinks()) {
      output.line("  sink       '" + sink.name() + "' " + gets(sink.stage()));
      fields(sink.stage(), "             ");
      if (sink.stage().isTransformed()) {
        sink.stage()
            .made()
            .ifPresent(event -> output.line("             " + Json.line(event(event, connector))));
      }
    }
  }

  private static String verdict(Stage stage) {
    if (stage.filter().isEmpty()) {
      return "none";
    }
    if (stage.trouble().isPresent()) {
      return "can't tell";
    }
    return stage.made().isPresent() ? "passes" : "does not pass";
  }

  private static String gets(Stage stage) {
    return stage.trouble().map(text -> "refuses it: " + text).orElseGet(() -> takes(stage));
  }

  private static String takes(Stage stage) {
    return stage.made().isPresent() ? "gets it" : "does not get it";
  }

  private void fields(Stage stage, String indent) {
    stage
        .filter()
        .ifPresent(
            filter -> {
              for (Explanation.Field field : filter.fields()) {
                output.line(
                    indent
                        + (field.matched() ? "ok  " : "NO  ")
                        + field.path()
                        + ": expected "
                        + field.expected()
                        + ", found "
                        + field.actual());
              }
              filter
                  .note()
                  .filter(note -> stage.trouble().isEmpty())
                  .ifPresent(note -> output.line(indent + note));
            });
  }
}
