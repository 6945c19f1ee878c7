package io.penstock.connect;

import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * A Converter as a codec. Converters are not thread-safe, so callers take turns; it is made at its first
 * use.
 */
final class ConverterCodec implements Codec {

  private final Path folder;
  private final String topic;
  private final Map<String, String> properties;
  private @Nullable Converters converters;

  ConverterCodec(Path folder, String topic, Map<String, String> properties) {
    this.folder = folder;
    this.topic = topic;
    this.properties = properties;
  }

  @Override
  public String format() {
    return "connect";
  }

  @Override
  public String mediaType() {
    String converter = properties.getOrDefault("value.converter", "");
    return converter.endsWith("JsonConverter") ? "application/json" : "application/octet-stream";
  }

  private Converters converters() {
    Converters made = converters;
    if (made == null) {
      made = new Converters(PluginFolder.open(folder), properties);
      converters = made;
    }
    return made;
  }

  @Override
  public synchronized @Nullable Object decode(byte[] payload) {
    try {
      return tree(converters().valueData(topic, new RecordHeaders(), payload).value());
    } catch (RuntimeException e) {
      throw new DecodeException(
          properties.get("value.converter") + " can't read the payload: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized byte[] encode(@Nullable Object tree) {
    byte[] bytes;
    try {
      bytes = converters().value(topic, new RecordHeaders(), null, data(tree));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          properties.get("value.converter") + " can't write a value: " + e.getMessage(), e);
    }
    return bytes == null ? new byte[0] : bytes;
  }

  /** Connect's data as a tree of a codec. */
  private static @Nullable Object tree(@Nullable Object data) {
    if (data instanceof Struct struct) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      for (Field field : struct.schema().fields()) {
        map.put(field.name(), tree(struct.get(field)));
      }
      return map;
    }
    if (data instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> tree = new LinkedHashMap<>();
      map.forEach((key, value) -> tree.put(String.valueOf(key), tree(value)));
      return tree;
    }
    if (data instanceof Collection<?> list) {
      List<@Nullable Object> tree = new ArrayList<>();
      list.forEach(value -> tree.add(tree(value)));
      return tree;
    }
    if (data instanceof Float || data instanceof Double) {
      double value = ((Number) data).doubleValue();
      return Double.isFinite(value) ? new BigDecimal(String.valueOf(data)) : String.valueOf(data);
    }
    if (data instanceof Number number
        && !(number instanceof BigDecimal || number instanceof BigInteger)) {
      return number.longValue();
    }
    if (data instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes;
    }
    return data instanceof Date date ? date.toInstant().toString() : data;
  }

  /** A tree of a codec as data without a schema. */
  private static @Nullable Object data(@Nullable Object tree) {
    if (tree instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> data = new LinkedHashMap<>();
      map.forEach((key, value) -> data.put(String.valueOf(key), data(value)));
      return data;
    }
    if (tree instanceof List<?> list) {
      List<@Nullable Object> data = new ArrayList<>();
      list.forEach(value -> data.add(data(value)));
      return data;
    }
    // Without a schema converters know no larger numbers.
    return tree instanceof BigDecimal || tree instanceof BigInteger
        ? (Object) ((Number) tree).doubleValue()
        : tree;
  }
}
