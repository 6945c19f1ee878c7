package io.penstock.connect;

import io.penstock.connector.DecodeException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.jspecify.annotations.Nullable;

/**
 * Source partitions and offsets as JSON, by the converter that Kafka Connect's workers use: numbers come
 * back as they come back there. Keys are sorted, so that equal maps have equal bytes. Thread-safe.
 */
final class OffsetFormat {

  private static final String NO_TOPIC = "";
  private static final int ID_BYTES = 16;

  private final JsonConverter json = new JsonConverter();

  OffsetFormat() {
    json.configure(Map.of("schemas.enable", "false"), false);
  }

  /** The bytes of a map of plain values. */
  byte[] encode(Map<String, ?> map) {
    return json.fromConnectData(NO_TOPIC, null, new TreeMap<>(map));
  }

  /**
   * The map of these bytes; null for a JSON null.
   *
   * @throws DecodeException if they are anything else
   */
  @SuppressWarnings("unchecked") // the keys of a JSON object are texts
  @Nullable Map<String, Object> decode(byte[] bytes) {
    SchemaAndValue read;
    try {
      read = json.toConnectData(NO_TOPIC, bytes);
    } catch (DataException e) {
      throw new DecodeException("an offset is no JSON: " + e.getMessage(), e);
    }
    if (read.value() == null) {
      return null;
    }
    if (!(read.value() instanceof Map<?, ?> map)) {
      throw new DecodeException("an offset is no object");
    }
    return new LinkedHashMap<>((Map<String, Object>) map);
  }

  /** A short name of bytes: the first half of their SHA-256, in hexadecimal digits. */
  static String id(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }

  static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
