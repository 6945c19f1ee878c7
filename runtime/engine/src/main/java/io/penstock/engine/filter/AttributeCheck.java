package io.penstock.engine.filter;

import io.penstock.engine.filter.Alternatives.Part;
import io.penstock.engine.filter.Alternatives.Term;
import io.penstock.functions.Event;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an attribute must be.
 *
 * @param value the attribute as a text; null if the event doesn't have it
 * @param condition what a value must be; null if there must be none
 * @param part whether it may, must, or must not be absent
 */
record AttributeCheck(
    Function<Event, @Nullable String> value, @Nullable Condition condition, Part part) {

  static AttributeCheck of(Term term) {
    return new AttributeCheck(
        reader(term.field().name()), term.field().values().condition(), term.part());
  }

  boolean passes(Event event) {
    String actual = value.apply(event);
    return actual == null ? part != Part.VALUE : condition != null && condition.text(actual);
  }

  /** Reads an attribute or extension. */
  static Function<Event, @Nullable String> reader(String name) {
    return switch (name) {
      case "id" -> Event::id;
      case "source" -> Event::source;
      case "type" -> Event::type;
      case "subject" -> event -> event.subject().orElse(null);
      case "time" -> event -> event.time().isPresent() ? event.time().get().toString() : null;
      case "datacontenttype" -> event -> event.dataContentType().orElse(null);
      default -> event -> event.extensions().get(name);
    };
  }
}
