package io.penstock.engine.filter;

import io.penstock.connector.Codec;
import io.penstock.connector.config.Problems;
import io.penstock.functions.Event;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A filter written as an event pattern, as EventBridge has them; exact values only.
 *
 * <pre>{@code
 * { "type": ["order.paid", "order.refunded"], "region": ["eu"], "data": { "total": { "currency": ["EUR"] } } }
 * }</pre>
 *
 * <ul>
 *   <li>At the top stand the attributes {@code id}, {@code source}, {@code type}, {@code subject},
 *       {@code time} and {@code datacontenttype}, the extensions under their own names, and {@code
 *       data}. Fields of the event that the pattern does not list are ignored.
 *   <li>All fields must match; a field matches if its value is any of the array. Case matters.
 *       Types are distinct, {@code 1} and {@code 1.0} are the same number, {@code null} is not the
 *       same as absent. An attribute is a text; {@code time} is compared as an instant.
 *   <li>In {@code data}, an event's array matches if any element does, arrays in arrays flattened;
 *       fields below an array must match in the same element of it. {@code "a.b": [1]} and {@code
 *       "a": {"b": [1]}} are the same, in the pattern and in the payload.
 *   <li>If {@code data} itself is an array of values, the whole payload is the value: so a text
 *       payload is matched.
 * </ul>
 *
 * <p>The payload is read only if the pattern has {@code data} and the attributes match, and then to
 * its end: a malformed one is never taken for one that does not match. Matching attributes allocates
 * nothing.
 */
public final class EventPattern implements EventFilter {

  private final List<Predicate<Event>> attributes;
  private final @Nullable DataPattern data;

  EventPattern(List<Predicate<Event>> attributes, @Nullable DataPattern data) {
    this.attributes = List.copyOf(attributes);
    this.data = data;
  }

  /**
   * Compiles a pattern.
   *
   * @param tree the pattern as a tree (see {@link Codec})
   * @param path where it stands in the configuration, for example {@code $.filter}
   * @param problems gets everything that is wrong with it
   * @return the filter; empty if a problem was added
   */
  public static Optional<EventFilter> compile(
      @Nullable Object tree, String path, Problems problems) {
    return new PatternReader(problems).read(tree, path);
  }

  @Override
  public boolean passes(Event event, Codec format) {
    for (int i = 0; i < attributes.size(); i++) { // an iterator would be an allocation
      if (!attributes.get(i).test(event)) {
        return false;
      }
    }
    return data == null || data.matches(event.data(), format);
  }
}
