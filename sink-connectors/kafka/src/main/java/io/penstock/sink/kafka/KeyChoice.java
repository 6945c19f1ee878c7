package io.penstock.sink.kafka;

import io.penstock.connector.SinkRecord;
import io.penstock.functions.Event;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which key a record gets. */
@FunctionalInterface
interface KeyChoice {

  /** Attributes of every event; any other name is an extension. */
  List<String> ATTRIBUTES = List.of("id", "source", "type", "subject", "time", "datacontenttype");

  /** The key, or null for none. */
  byte @Nullable [] keyOf(SinkRecord record);

  /** Reads the setting: {@code record}, {@code none}, or the name of an attribute. */
  static KeyChoice of(String word) {
    return switch (word) {
      case "record" -> SinkRecord::key;
      case "none" -> record -> null;
      case "id" -> attribute(event -> Optional.of(event.id()));
      case "source" -> attribute(event -> Optional.of(event.source()));
      case "type" -> attribute(event -> Optional.of(event.type()));
      case "subject" -> attribute(Event::subject);
      case "time" -> attribute(event -> event.time().map(Object::toString));
      case "datacontenttype" -> attribute(Event::dataContentType);
      default -> attribute(event -> event.extension(word));
    };
  }

  private static KeyChoice attribute(Function<Event, Optional<String>> reader) {
    return record ->
        reader
            .apply(record.event())
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .orElse(null);
  }
}
