package io.penstock.source.tasks.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Trees of maps, lists, texts, numbers and flags, from and to JSON. */
public final class Json {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  /** A JSON text that stands in a tree as it is. */
  public record Raw(String json) {}

  private Json() {}

  /** A tree as JSON. */
  public static byte[] write(@Nullable Object tree) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      write(json, tree);
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be written", e);
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, @Nullable Object tree) throws IOException {
    if (tree == null) {
      json.writeNull();
    } else if (tree instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(String.valueOf(entry.getKey()));
        write(json, entry.getValue());
      }
      json.writeEndObject();
    } else if (tree instanceof Iterable<?> list) {
      json.writeStartArray();
      for (Object element : list) {
        write(json, element);
      }
      json.writeEndArray();
    } else if (tree instanceof Raw raw) {
      json.writeRawValue(raw.json());
    } else if (tree instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (tree instanceof Long || tree instanceof Integer) {
      json.writeNumber(((Number) tree).longValue());
    } else if (tree instanceof Number number) {
      json.writeNumber(number.doubleValue());
    } else {
      json.writeString(tree.toString());
    }
  }

  /** Reads a text; the values of the members named {@code data} of objects stay what they are. */
  public static Object read(byte[] text) throws RefusedException {
    return read(text, true);
  }

  /** Reads a text, all of it. */
  public static Object tree(byte[] text) throws RefusedException {
    return read(text, false);
  }

  private static Object read(byte[] text, boolean keepsData) throws RefusedException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      JsonToken first = parser.nextToken();
      Optional<Object> tree =
          first == null ? Optional.empty() : value(parser, keepsData ? text : null, first, false);
      if (tree.isEmpty() || parser.nextToken() != null) {
        throw RefusedException.badRequest("the body must be one JSON value");
      }
      return tree.get();
    } catch (JsonProcessingException e) {
      throw RefusedException.badRequest(
          "the body is no JSON: "
              + e.getOriginalMessage()
              + " at byte "
              + e.getLocation().getByteOffset());
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be read", e);
    }
  }

  private static Optional<Object> value(
      JsonParser parser, byte @Nullable [] text, JsonToken token, boolean isData)
      throws IOException {
    if (isData && text != null) {
      long from = parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
      parser.finishToken();
      long to = parser.currentLocation().getByteOffset();
      return Optional.of(new Raw(new String(text, (int) from, (int) (to - from), UTF_8)));
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          value(parser, text, parser.nextToken(), name.equals("data"))
              .ifPresent(value -> map.put(name, value));
        }
        yield Optional.of(map);
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        JsonToken next;
        while ((next = parser.nextToken()) != JsonToken.END_ARRAY) {
          value(parser, text, next, false).ifPresent(list::add);
        }
        yield Optional.of(list);
      }
      case VALUE_STRING -> Optional.of(parser.getText());
      case VALUE_NUMBER_INT -> Optional.of(parser.getLongValue());
      case VALUE_NUMBER_FLOAT -> Optional.of(parser.getDoubleValue());
      case VALUE_TRUE -> Optional.of(true);
      case VALUE_FALSE -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}
