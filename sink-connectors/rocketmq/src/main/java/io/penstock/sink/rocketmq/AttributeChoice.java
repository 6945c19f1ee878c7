package io.penstock.sink.rocketmq;

import io.penstock.functions.Event;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which attribute or extension of an event something is taken from. */
@FunctionalInterface
interface AttributeChoice {

  /** What a setting may be, for messages. */
  String EXPECTED = "none, or the name of an attribute: lower-case letters and digits";

  /** What a setting looks like. */
  Pattern NAME = Pattern.compile("[a-z0-9]+");

  /** The value, if the event has one. */
  Optional<String> of(Event event);

  /** Reads the setting: {@code none}, or the name of an attribute or extension. */
  static AttributeChoice named(String word) {
    return switch (word) {
      case "none" -> event -> Optional.empty();
      case "id" -> event -> Optional.of(event.id());
      case "source" -> event -> Optional.of(event.source());
      case "type" -> event -> Optional.of(event.type());
      case "subject" -> Event::subject;
      case "time" -> event -> event.time().map(Object::toString);
      case "datacontenttype" -> Event::dataContentType;
      default -> event -> event.extension(word);
    };
  }
}
