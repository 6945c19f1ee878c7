package io.penstock.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON for people and programs: instants as ISO 8601, durations in milliseconds as {@code
 * "1500ms"}, enum constants in camelCase, an empty optional as null.
 */
public final class Json {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(
              new SimpleModule()
                  .addSerializer(
                      new Shown<>(Instant.class, (value, out, next) -> out.writeString("" + value)))
                  .addSerializer(
                      new Shown<>(
                          Duration.class,
                          (value, out, next) -> out.writeString(value.toMillis() + "ms")))
                  .addSerializer(
                      new Shown<>(
                          Enum.class, (value, out, next) -> out.writeString(camelCase(value))))
                  .addSerializer(
                      new Shown<>(
                          Optional.class,
                          (value, out, next) -> next.defaultSerializeValue(unwrap(value), out)))
                  .addSerializer(
                      new Shown<>(
                          OptionalInt.class,
                          (value, out, next) ->
                              next.defaultSerializeValue(
                                  value.isPresent() ? value.getAsInt() : null, out))))
          .build();

  private static final ObjectWriter PRETTY =
      MAPPER.writer(
          new DefaultPrettyPrinter(
              Separators.createDefaultInstance().withObjectFieldValueSpacing(Spacing.AFTER)));

  private Json() {}

  /** The value as JSON on one line. */
  public static String line(Object value) {
    return new String(bytes(value), StandardCharsets.UTF_8);
  }

  /** The value as JSON on many lines, for people. */
  public static String pretty(Object value) {
    try {
      return PRETTY.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON for " + value.getClass().getName(), e);
    }
  }

  /** The value as JSON in UTF-8. */
  static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON for " + value.getClass().getName(), e);
    }
  }

  private static @Nullable Object unwrap(Optional<?> optional) {
    return optional.orElse(null);
  }

  /** An enum constant as files and answers have it. */
  public static String camelCase(Enum<?> constant) {
    StringBuilder text = new StringBuilder();
    for (String word : constant.name().toLowerCase(Locale.ROOT).split("_", -1)) {
      text.append(
          text.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return text.toString();
  }

  @FunctionalInterface
  private interface Writer<T> {
    void write(T value, JsonGenerator out, SerializerProvider next) throws IOException;
  }

  private static final class Shown<T> extends StdSerializer<T> {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never serialized: the mapper is a constant
    private final Writer<T> writer;

    Shown(Class<T> type, Writer<T> writer) {
      super(type);
      this.writer = writer;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider next) throws IOException {
      writer.write(value, out, next);
    }
  }
}
