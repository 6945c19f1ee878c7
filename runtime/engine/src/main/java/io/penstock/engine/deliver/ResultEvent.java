package io.penstock.engine.deliver;

import io.penstock.functions.Event;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A result under its final id: the id of the event it came from, a slash, and its index. The same for
 * every sink and each time the event is handled.
 */
public final class ResultEvent implements Event {

  private final Event cause;
  private final int index;
  private final Event result;

  /** Result number {@code index}, from 0, of the event {@code cause}. */
  public ResultEvent(Event cause, int index, Event result) {
    this.cause = cause;
    this.index = index;
    this.result = result;
  }

  @Override
  public String id() {
    return cause.id() + "/" + index;
  }

  @Override
  public String source() {
    return result.source();
  }

  @Override
  public String type() {
    return result.type();
  }

  @Override
  public Optional<String> subject() {
    return result.subject();
  }

  @Override
  public Optional<Instant> time() {
    return result.time();
  }

  @Override
  public Optional<String> dataContentType() {
    return result.dataContentType();
  }

  @Override
  public byte[] data() {
    return result.data();
  }

  @Override
  public Map<String, String> extensions() {
    return result.extensions();
  }
}
