package io.penstock.cloudevents;

import io.penstock.connector.SourceEvent;
import io.penstock.functions.Event;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * An event that a source has read from a document, with extensions of its own that tell where it was
 * kept. Thread-safe if the event is.
 *
 * @param event with all of its extensions
 * @param places the names of the extensions that are not passed on
 */
public record DocumentEvent(Event event, Set<String> places) implements SourceEvent {

  @Override
  public String id() {
    return event.id();
  }

  @Override
  public String source() {
    return event.source();
  }

  @Override
  public String type() {
    return event.type();
  }

  @Override
  public Optional<String> subject() {
    return event.subject();
  }

  @Override
  public Optional<Instant> time() {
    return event.time();
  }

  @Override
  public Optional<String> dataContentType() {
    return event.dataContentType();
  }

  @Override
  public byte[] data() {
    return event.data();
  }

  @Override
  public Map<String, String> extensions() {
    return event.extensions();
  }

  @Override
  public Map<String, String> passedOn() {
    Map<String, String> all = new TreeMap<>(event.extensions());
    all.keySet().removeAll(places);
    return Collections.unmodifiableMap(all);
  }

  @Override
  public String toString() {
    return event.toString();
  }
}
