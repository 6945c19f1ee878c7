package io.penstock.invoker;

import io.penstock.connector.SourceEvent;
import io.penstock.functions.Event;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A result that isn't an event, made one: type, subject, time and the extensions that are passed on
 * are those of the event that caused it, so that it is the same when the event is handled again. Its id is the cause's; the
 * engine replaces it.
 */
record ResultEvent(Event cause, String source, Optional<String> dataContentType, byte[] data)
    implements Event {

  @Override
  public String id() {
    return cause.id();
  }

  @Override
  public String type() {
    return cause.type();
  }

  @Override
  public Optional<String> subject() {
    return cause.subject();
  }

  @Override
  public Optional<Instant> time() {
    return cause.time();
  }

  @Override
  public Map<String, String> extensions() {
    return SourceEvent.passedOnBy(cause);
  }

  @Override
  public String toString() {
    return "Event[id=" + id() + ", source=" + source + ", data=" + data.length + " bytes]";
  }
}
