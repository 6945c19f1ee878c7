package io.penstock.connect;

import io.penstock.connect.PluginFolder.PluginClass;
import io.penstock.connector.ConnectorException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The converters of one task: between Connect's data and bytes. {@code key.converter}, {@code
 * value.converter} and {@code header.converter} name them; without, keys and values are plain JSON and
 * headers texts. Used by the thread of one task.
 */
final class Converters implements AutoCloseable {

  static final String JSON = "org.apache.kafka.connect.json.JsonConverter";
  private static final Logger log = LoggerFactory.getLogger(Converters.class);
  private static final String HEADERS = "org.apache.kafka.connect.storage.SimpleHeaderConverter";

  private record Part<C extends AutoCloseable>(C converter, ClassLoader loader) {}

  private final Part<Converter> key;
  private final Part<Converter> value;
  private final Part<HeaderConverter> header;
  private final String mediaType;

  Converters(PluginFolder plugins, Map<String, String> properties) {
    this.key = converter(plugins, properties, "key.converter", true);
    this.value = converter(plugins, properties, "value.converter", false);
    this.header = headerConverter(plugins, properties);
    this.mediaType = mediaType(value.converter().getClass().getSimpleName());
  }

  private static String mediaType(String converter) {
    return switch (converter) {
      case "JsonConverter" -> "application/json";
      case "StringConverter" -> "text/plain";
      default -> "";
    };
  }

  private static Part<Converter> converter(
      PluginFolder plugins, Map<String, String> properties, String name, boolean isKey) {
    String word = properties.getOrDefault(name, JSON);
    PluginClass type = plugins.find(PluginKind.CONVERTER, word);
    Map<String, Object> own = Transforms.under(properties, name + ".");
    if (type.type().getName().equals(JSON)) {
      own.putIfAbsent("schemas.enable", "false");
    }
    Converter converter = type.make(Converter.class);
    configured(name, type.loader(), () -> converter.configure(own, isKey));
    return new Part<>(converter, type.loader());
  }

  private static Part<HeaderConverter> headerConverter(
      PluginFolder plugins, Map<String, String> properties) {
    String name = "header.converter";
    PluginClass type =
        plugins.find(PluginKind.HEADER_CONVERTER, properties.getOrDefault(name, HEADERS));
    Map<String, Object> own = new HashMap<>(Transforms.under(properties, name + "."));
    own.put("converter.type", "header");
    HeaderConverter converter = type.make(HeaderConverter.class);
    configured(name, type.loader(), () -> converter.configure(own));
    return new Part<>(converter, type.loader());
  }

  private static void configured(String name, ClassLoader loader, Runnable configure) {
    try {
      Isolated.run(loader, configure);
    } catch (RuntimeException e) {
      throw ConnectorException.fatal(name + ": " + e.getMessage(), e);
    }
  }

  /** The media type of values, empty if that is not known. */
  String mediaType() {
    return mediaType;
  }

  byte @Nullable [] key(
      String topic, Headers headers, @Nullable Schema schema, @Nullable Object data) {
    return bytes(key, topic, headers, schema, data);
  }

  byte @Nullable [] value(
      String topic, Headers headers, @Nullable Schema schema, @Nullable Object data) {
    return bytes(value, topic, headers, schema, data);
  }

  @SuppressWarnings("NullAway") // Connect's data may be null, and null makes a tombstone
  private static byte @Nullable [] bytes(
      Part<Converter> part,
      String topic,
      Headers headers,
      @Nullable Schema schema,
      @Nullable Object data) {
    // The JSON of null is "null", but a record without a key has no key, and a tombstone no value.
    return data == null && schema == null
        ? null
        : Isolated.call(
            part.loader(), () -> part.converter().fromConnectData(topic, headers, schema, data));
  }

  @SuppressWarnings("NullAway")
  SchemaAndValue keyData(String topic, Headers headers, byte @Nullable [] bytes) {
    return Isolated.call(key.loader(), () -> key.converter().toConnectData(topic, headers, bytes));
  }

  @SuppressWarnings("NullAway")
  SchemaAndValue valueData(String topic, Headers headers, byte @Nullable [] bytes) {
    return Isolated.call(
        value.loader(), () -> value.converter().toConnectData(topic, headers, bytes));
  }

  @SuppressWarnings("NullAway")
  byte @Nullable [] header(
      String topic, String name, @Nullable Schema schema, @Nullable Object data) {
    return Isolated.call(
        header.loader(), () -> header.converter().fromConnectHeader(topic, name, schema, data));
  }

  SchemaAndValue headerData(String topic, String name, byte[] bytes) {
    return Isolated.call(
        header.loader(), () -> header.converter().toConnectHeader(topic, name, bytes));
  }

  @Override
  public void close() {
    close(key);
    close(value);
    close(header);
  }

  private static void close(Part<? extends AutoCloseable> part) {
    Isolated.run(
        part.loader(),
        () -> {
          try {
            part.converter().close();
          } catch (Exception e) {
            log.warn("{} failed to close", part.converter().getClass().getName(), e);
          }
        });
  }
}
