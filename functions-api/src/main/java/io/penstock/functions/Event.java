package io.penstock.functions;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One event, in the shape of CloudEvents 1.0.
 *
 * <p>Events are immutable and may be read from any thread. No method returns null. Sources may
 * compute attributes when they are first asked for, so an attribute that a handler does not read
 * costs nothing.
 *
 * <p>Handlers get events from Penstock; tests and handlers that return events make them with {@link
 * #builder()}.
 */
public interface Event {

  /**
   * The identity of the event, unique together with {@link #source()}. It stays the same when the
   * event is delivered again, so it is what a receiver removes duplicates by.
   */
  String id();

  /** Where the event comes from, a URI reference such as {@code kafka://cluster/orders}. */
  String source();

  /** What kind of event this is, for example {@code com.acme.order.paid}. */
  String type();

  /** What the event is about inside its source, if the producer said so. */
  Optional<String> subject();

  /** When it happened, if known; for most message queues the time the message was produced. */
  Optional<Instant> time();

  /** The media type of {@link #data()}, for example {@code application/json}. */
  Optional<String> dataContentType();

  /**
   * The payload as it was received; empty when there is none.
   *
   * @return the array itself, not a copy: it must not be changed
   */
  byte[] data();

  /** The extension attributes by name, lower-case names as CloudEvents asks. Never changes. */
  Map<String, String> extensions();

  /** The payload as UTF-8 text. Bytes that are not UTF-8 come out as replacement characters. */
  default String text() {
    return new String(data(), StandardCharsets.UTF_8);
  }

  /** One extension attribute. */
  default Optional<String> extension(String name) {
    return Optional.ofNullable(extensions().get(name));
  }

  /** Starts a new event; only the payload is commonly set, everything else has a default. */
  static EventBuilder builder() {
    return new EventBuilder();
  }
}
