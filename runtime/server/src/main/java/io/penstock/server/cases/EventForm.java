package io.penstock.server.cases;

import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import io.penstock.connector.Lane;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.ProblemCode;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event as a person writes it: every key has a default. A whole CloudEvent in JSON, known by
 * its {@code specversion}, is read too; its extensions stand beside its attributes.
 */
public final class EventForm {

  private static final String SPEC_VERSION = "specversion";
  private static final String DATA_NAME = "data";

  private static final ConfigKey<String> ID =
      ConfigKey.text("id").doc("Its id; by default its number in the case, from 1.");
  private static final ConfigKey<String> SOURCE =
      ConfigKey.text("source").defaultsTo("test").doc("Its source.");
  private static final ConfigKey<String> TYPE =
      ConfigKey.text("type").defaultsTo("event").doc("Its type.");
  private static final ConfigKey<String> SUBJECT = ConfigKey.text("subject").doc("Its subject.");
  private static final ConfigKey<String> TIME =
      ConfigKey.text("time").doc("Its time, such as 2026-01-31T12:00:00Z.");
  private static final ConfigKey<String> CONTENT_TYPE =
      ConfigKey.text("datacontenttype")
          .doc("The media type of its payload; by default that of the connector's format.");
  private static final ConfigKey<Map<String, String>> EXTENSIONS =
      ConfigKey.properties("extensions").defaultsTo(Map.of()).doc("Its extension attributes.");
  private static final ConfigKey<Object> DATA =
      ConfigKey.json(DATA_NAME).doc("Its payload, written in the connector's format.");
  private static final ConfigKey<String> TEXT =
      ConfigKey.text("text").doc("Its payload as it is, in place of data.");
  private static final ConfigKey<String> BASE64 =
      ConfigKey.text("data_base64").doc("Its payload in base64, in place of data.");
  private static final ConfigKey<String> KEY =
      ConfigKey.text("key").doc("The key of its record, which order is kept by.");
  private static final ConfigKey<String> LANE =
      ConfigKey.text("lane").defaultsTo("0").doc("The lane it comes in.");
  private static final ConfigKey<String> ROUTE =
      ConfigKey.text("route").doc("The route that it names, if the connector has routes.");
  private static final ConfigKey<Duration> AT =
      ConfigKey.duration("at")
          .defaultsTo(Duration.ZERO)
          .between(Duration.ZERO, Duration.ofDays(365))
          .doc("When it comes, since the begin of the case.");

  private static final ConfigSpec EVENT =
      ConfigSpec.of(ID, SOURCE, TYPE, SUBJECT, TIME, CONTENT_TYPE, EXTENSIONS, DATA, TEXT, BASE64);

  /** An event that comes in. */
  public static final ConfigSpec INPUT = EVENT.with(ConfigSpec.of(KEY, LANE, ROUTE, AT));

  private static final Codec JSON = new JsonCodec();

  private final Codec format;
  private final Problems problems;

  /**
   * Reads events.
   *
   * @param format that payloads are written in
   * @param problems gets everything that is wrong with them
   */
  public EventForm(Codec format, Problems problems) {
    this.format = format;
    this.problems = problems;
  }

  /** An event that comes in through a source; empty if a problem was added. */
  public Optional<InputEvent> input(@Nullable Object tree, String path, String defaultId) {
    int before = problems.size();
    if (!(tree instanceof Map<?, ?> raw)) {
      noObject(path);
      return Optional.empty();
    }
    Settings given = INPUT.read(withExtensionsInside(raw), path, problems);
    Event event = event(given, raw, path, defaultId);
    return problems.size() > before
        ? Optional.empty()
        : Optional.of(
            new InputEvent(
                event,
                given.find(KEY),
                new Lane(given.get(LANE)),
                given.find(ROUTE),
                given.get(AT)));
  }

  /** A result of a function; empty if a problem was added. */
  Optional<Event> result(@Nullable Object tree, String path) {
    int before = problems.size();
    if (!(tree instanceof Map<?, ?> raw)) {
      noObject(path);
      return Optional.empty();
    }
    Event event = event(EVENT.read(withExtensionsInside(raw), path, problems), raw, path, "result");
    return problems.size() > before ? Optional.empty() : Optional.of(event);
  }

  private void noObject(String path) {
    problems.add(ProblemCode.WRONG_TYPE, path, "no object", "an event, which is an object");
  }

  /** The id that an event gives itself. */
  static Optional<String> id(@Nullable Object tree) {
    return tree instanceof Map<?, ?> raw && raw.get(ID.name()) instanceof String id
        ? Optional.of(id)
        : Optional.empty();
  }

  /** A CloudEvent's JSON has its extensions beside its attributes; here they have their own object. */
  private static Map<?, ?> withExtensionsInside(Map<?, ?> raw) {
    if (!raw.containsKey(SPEC_VERSION)) {
      return raw;
    }
    Map<Object, @Nullable Object> moved = new LinkedHashMap<>();
    Map<Object, @Nullable Object> extensions = new LinkedHashMap<>();
    raw.forEach(
        (name, value) -> {
          if (INPUT.key(String.valueOf(name)).isPresent()) {
            moved.put(name, value);
          } else if (!SPEC_VERSION.equals(name)) {
            extensions.put(name, value);
          }
        });
    moved.put(EXTENSIONS.name(), extensions);
    return moved;
  }

  private Event event(Settings given, Map<?, ?> raw, String path, String defaultId) {
    EventBuilder event =
        Event.builder()
            .id(given.find(ID).orElse(defaultId))
            .source(given.find(SOURCE).orElse("test"))
            .type(given.find(TYPE).orElse("event"))
            .dataContentType(given.find(CONTENT_TYPE).orElse(format.mediaType()));
    given.find(SUBJECT).ifPresent(event::subject);
    given.find(TIME).ifPresent(text -> time(text, path, event));
    given
        .find(EXTENSIONS)
        .orElse(Map.of())
        .forEach((name, value) -> extension(name, value, path, event));
    payload(given, raw, path).ifPresent(event::data);
    return event.build();
  }

  private void time(String text, String path, EventBuilder event) {
    try {
      event.time(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) { // reported
      problems.add(
          ProblemCode.WRONG_TYPE,
          path + "." + TIME.name(),
          "'" + text + "'",
          "a time such as 2026-01-31T12:00:00Z");
    }
  }

  private void extension(String name, String value, String path, EventBuilder event) {
    try {
      event.extension(name, value);
    } catch (IllegalArgumentException e) { // reported
      problems.add(
          ProblemCode.BAD_NAME,
          path + "." + EXTENSIONS.name() + "." + name,
          "'" + name + "'",
          "lower-case letters and digits, and no attribute of CloudEvents");
    }
  }

  private Optional<byte[]> payload(Settings given, Map<?, ?> raw, String path) {
    boolean hasData = raw.containsKey(DATA_NAME);
    Optional<String> text = given.find(TEXT);
    Optional<String> base64 = given.find(BASE64);
    if ((hasData ? 1 : 0) + (text.isPresent() ? 1 : 0) + (base64.isPresent() ? 1 : 0) > 1) {
      problems.add(path, "more than one payload", "one of data, text and data_base64");
      return Optional.empty();
    }
    if (text.isPresent()) {
      return text.map(t -> t.getBytes(StandardCharsets.UTF_8));
    }
    try {
      if (base64.isPresent()) {
        return Optional.of(Base64.getDecoder().decode(base64.get()));
      }
      // To a setting null is nothing, but a payload may be null.
      return hasData ? Optional.of(format.encode(raw.get(DATA_NAME))) : Optional.empty();
    } catch (IllegalArgumentException e) { // reported
      problems.add(
          path + "." + (base64.isPresent() ? BASE64.name() : DATA_NAME),
          "a payload that can't be written: " + e.getMessage(),
          base64.isPresent()
              ? "base64"
              : "what the format '" + format.format() + "' has a form for",
          "give it as \"text\" or \"data_base64\" instead");
      return Optional.empty();
    }
  }

  /** An event as a person writes it, for comparison and for messages. */
  public static Map<String, @Nullable Object> shown(Event event, Codec format) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("id", event.id());
    shown.put("source", event.source());
    shown.put("type", event.type());
    event.subject().ifPresent(subject -> shown.put("subject", subject));
    event.time().ifPresent(time -> shown.put("time", time.toString()));
    event.dataContentType().ifPresent(type -> shown.put("datacontenttype", type));
    if (!event.extensions().isEmpty()) {
      shown.put("extensions", event.extensions());
    }
    try {
      shown.put("data", codec(event, format).decode(event.data()));
    } catch (DecodeException e) { // shown as it is
      shown.put("text", event.text());
    }
    return shown;
  }

  /** Reads the payload of an event: results are JSON, whatever the connector's format is. */
  static Codec codec(Event event, Codec format) {
    boolean isJson = event.dataContentType().filter(type -> type.contains("json")).isPresent();
    return isJson ? JSON : format;
  }
}
