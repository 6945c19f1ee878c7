package io.penstock.server.cases;

import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import io.penstock.engine.filter.EventFilter;
import io.penstock.functions.Event;
import io.penstock.server.cases.JsonTrees.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a sink is expected to get: all that is given must be the same, or must match.
 *
 * @param given attributes, {@code extensions}, {@code data} and {@code text}, as the file has them
 * @param match a pattern that the event must match
 */
record ExpectedEvent(Map<String, @Nullable Object> given, Optional<EventFilter> match) {

  /** Whether the event is as expected. */
  boolean isLike(Event event, Codec format) {
    return differences(event, format).isEmpty();
  }

  /** Where the event isn't as expected. */
  List<Difference> differences(Event event, Codec format) {
    Map<String, @Nullable Object> actual = EventForm.shown(event, format);
    List<Difference> differences = new ArrayList<>();
    given.forEach(
        (name, value) -> {
          if (name.equals("extensions")
              && value instanceof Map<?, ?> expected
              && actual.get(name) instanceof Map<?, ?> all) {
            expected.forEach(
                (key, wanted) ->
                    differences.addAll(
                        JsonTrees.differences(
                            "extensions." + key,
                            wanted,
                            all.containsKey(key) ? all.get(key) : JsonTrees.NOTHING)));
          } else if (name.equals("text")) {
            differences.addAll(JsonTrees.differences(name, value, event.text()));
          } else {
            differences.addAll(
                JsonTrees.differences(
                    name, value, actual.containsKey(name) ? actual.get(name) : JsonTrees.NOTHING));
          }
        });
    if (match.isPresent() && !matches(match.get(), event, format)) {
      differences.add(new Difference("match", "a match", "none"));
    }
    return differences;
  }

  private static boolean matches(EventFilter filter, Event event, Codec format) {
    try {
      return filter.passes(event, EventForm.codec(event, format));
    } catch (DecodeException e) { // what can't be read matches nothing
      return false;
    }
  }
}
