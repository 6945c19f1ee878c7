package io.penstock.engine.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Format {@code json}: RFC 8259 and nothing more lenient. A payload is exactly one JSON value; an
 * empty one, anything after the value, and a key given twice in one object are refused.
 *
 * <p>Whole numbers become {@link Long}, or {@link BigInteger} where they don't fit; all others
 * {@link BigDecimal}, so that no digit is lost. Objects keep the order of their keys. Trees made by
 * hand may hold {@link Integer} too; bytes have no place in JSON.
 */
public final class JsonCodec implements Codec {

  /** How deep arrays and objects may nest, both ways. */
  public static final int MAX_DEPTH = 500;

  /** How many characters a number may have: the cost of reading one grows with their square. */
  public static final int MAX_NUMBER_LENGTH = 1_000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  // The payload is in memory already: whoever received it has bounded its size.
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .streamWriteConstraints(
              StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Keys come from outside: interned ones would stay in the JVM's own table.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  /** Reads one JSON value, token by token. */
  @FunctionalInterface
  public interface TokenReader<T> {

    /**
     * Reads the value.
     *
     * @param parser stands on the value's first token; must stand on its last one afterwards
     */
    T read(JsonParser parser) throws IOException;
  }

  @Override
  public String format() {
    return "json";
  }

  @Override
  public String mediaType() {
    return "application/json";
  }

  @Override
  public @Nullable Object decode(byte[] payload) {
    return read(payload, parser -> Optional.ofNullable(tree(parser))).orElse(null);
  }

  /**
   * Reads a payload without making a tree of it, for those who want only a part. The payload is
   * checked to its end as by {@link #decode}, but for the limits on numbers the reader skips.
   *
   * @throws DecodeException if it is not JSON
   */
  public <T> T read(byte[] payload, TokenReader<T> reader) {
    checkUtf8(payload);
    try (JsonParser parser = JSON.createParser(payload)) {
      if (parser.nextToken() == null) {
        throw new DecodeException("payload of " + payload.length + " bytes: empty, expected JSON");
      }
      T result = reader.read(parser);
      if (parser.nextToken() != null) {
        throw notJson(payload, "expected nothing after the value", parser.currentTokenLocation());
      }
      return result;
    } catch (StreamConstraintsException e) {
      throw notJson(payload, e.getOriginalMessage(), e.getLocation()); // counts and limits only
    } catch (JsonEOFException e) {
      throw notJson(payload, "it ends too early", e.getLocation());
    } catch (JsonProcessingException e) {
      // Jackson's message shows part of the payload, which must not get into logs: not even a
      // cause.
      throw notJson(payload, "malformed, or a key is given twice", e.getLocation());
    } catch (NumberFormatException e) {
      throw notJson(payload, "a number has an exponent beyond 32 bits", null);
    } catch (IOException e) {
      throw notJson(payload, "not in UTF-8", null);
    }
  }

  /**
   * The parser would guess at UTF-16, and take surrogates and characters longer than they must be.
   */
  private static void checkUtf8(byte[] payload) {
    boolean ascii = true;
    boolean zero = false; // no JSON has one, and the guess is made by them
    for (byte b : payload) {
      ascii &= b >= 0;
      zero |= b == 0;
    }
    if (zero || !ascii && !isUtf8(payload)) {
      throw notJson(payload, "not in UTF-8", null);
    }
  }

  private static boolean isUtf8(byte[] payload) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static DecodeException notJson(
      byte[] payload, String what, @Nullable JsonLocation location) {
    String where =
        location == null
            ? ""
            : ", line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    return new DecodeException(
        "payload of %d bytes%s: expected JSON: %s".formatted(payload.length, where, what));
  }

  private static @Nullable Object tree(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
          parser.nextToken();
          object.put(key, tree(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<@Nullable Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(tree(parser));
        }
        yield array;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? parser.getBigIntegerValue()
              : (Object) parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default ->
          throw new IllegalStateException("not the start of a value: " + parser.currentToken());
    };
  }

  @Override
  public byte[] encode(@Nullable Object tree) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator generator = JSON.createGenerator(out)) {
      write(tree, generator);
    } catch (IOException e) { // no I/O here: nested too deeply
      throw new IllegalArgumentException("format json: " + e.getMessage(), e);
    }
    return out.toByteArray();
  }

  private static void write(@Nullable Object tree, JsonGenerator generator) throws IOException {
    if (tree == null) {
      generator.writeNull();
    } else if (tree instanceof String text) {
      generator.writeString(text);
    } else if (tree instanceof Boolean flag) {
      generator.writeBoolean(flag);
    } else if (tree instanceof Long || tree instanceof Integer) {
      generator.writeNumber(((Number) tree).longValue());
    } else if (tree instanceof BigInteger number) {
      generator.writeNumber(number);
    } else if (tree instanceof BigDecimal number) {
      generator.writeNumber(number);
    } else if (tree instanceof List<?> array) {
      generator.writeStartArray();
      for (Object element : array) {
        write(element, generator);
      }
      generator.writeEndArray();
    } else if (tree instanceof Map<?, ?> object) {
      generator.writeStartObject();
      for (Map.Entry<?, ?> field : object.entrySet()) {
        if (!(field.getKey() instanceof String key)) {
          throw new IllegalArgumentException(
              "format json: expected a text as key, not " + kind(field.getKey()));
        }
        generator.writeFieldName(key);
        write(field.getValue(), generator);
      }
      generator.writeEndObject();
    } else {
      throw new IllegalArgumentException("format json: no place for " + kind(tree));
    }
  }

  /** What a value is, without showing it. */
  static String kind(@Nullable Object value) {
    return value == null ? "null" : value.getClass().getSimpleName();
  }
}
