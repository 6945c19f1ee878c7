package io.penstock.source.cdc;

import io.penstock.connect.RecordShape;
import io.penstock.source.cdc.CdcConfig.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of Debezium's records.
 *
 * <pre>
 *   type        io.penstock.cdc.created | updated | deleted | read | truncated | message
 *   extensions  cdctable, cdcposition, cdctransaction, cdcsnapshot
 *   payload     {"op":"u","table":"public.orders","position":..,"transaction":..,"time":..,
 *                "before":{..},"after":{..}}
 * </pre>
 */
final class ChangeShape implements RecordShape {

  private static final String TYPE_PREFIX = "io.penstock.cdc.";

  private final Payload payload;
  private final JsonConverter json = new JsonConverter();

  ChangeShape(Payload payload) {
    this.payload = payload;
    json.configure(Map.of("schemas.enable", "false", "decimal.format", "NUMERIC"), false);
  }

  @Override
  public Shaped shape(SourceRecord record) {
    if (String.valueOf(record.topic()).startsWith("__debezium-heartbeat")) {
      return Shaped.Skipped.INSTANCE;
    }
    if (!(record.value() instanceof Struct change)
        || change.schema().field("op") == null
        || change.schema().field("source") == null) {
      return Shaped.Plain.INSTANCE; // a tombstone, or of a transform that flattens
    }
    String op = change.getString("op");
    Struct source = change.getStruct("source");
    return new Shaped.Changed(
        TYPE_PREFIX + word(op),
        payload == Payload.ROW ? row(change) : change(op, change, source),
        extensions(source));
  }

  private static String word(String op) {
    return switch (op) {
      case "c" -> "created";
      case "u" -> "updated";
      case "d" -> "deleted";
      case "r" -> "read";
      case "t" -> "truncated";
      default -> "message";
    };
  }

  private static Map<String, String> extensions(Struct source) {
    Map<String, String> extensions = new TreeMap<>();
    extensions.put("cdctable", table(source));
    put(extensions, "cdcposition", value(source, "lsn"));
    put(extensions, "cdctransaction", value(source, "txId"));
    Object snapshot = value(source, "snapshot");
    if (snapshot != null && !"false".equals(snapshot)) {
      extensions.put("cdcsnapshot", String.valueOf(snapshot));
    }
    return extensions;
  }

  private static void put(Map<String, String> target, String name, @Nullable Object value) {
    if (value != null) {
      target.put(name, String.valueOf(value));
    }
  }

  private static String table(Struct source) {
    Object schema = value(source, "schema");
    Object table = value(source, "table");
    return schema == null ? String.valueOf(table) : schema + "." + table;
  }

  private static @Nullable Object value(Struct struct, String name) {
    Field field = struct.schema().field(name);
    return field == null ? null : struct.get(field);
  }

  private byte @Nullable [] row(Struct change) {
    Object after = value(change, "after");
    String which = after == null ? "before" : "after";
    return value(change, which) == null ? null : json(change, which);
  }

  private byte[] change(String op, Struct change, Struct source) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    text(out, "{\"op\":\"" + op + "\",\"table\":" + quoted(table(source)));
    for (String[] pair :
        new String[][] {{"position", "lsn"}, {"transaction", "txId"}, {"time", "ts_ms"}}) {
      Object value = value(source, pair[1]);
      if (value != null) {
        text(out, ",\"" + pair[0] + "\":" + (value instanceof Number ? value : quoted("" + value)));
      }
    }
    for (String side : new String[] {"before", "after"}) {
      text(out, ",\"" + side + "\":");
      out.writeBytes(json(change, side));
    }
    text(out, "}");
    return out.toByteArray();
  }

  private byte[] json(Struct change, String side) {
    Field field = change.schema().field(side);
    Object value = field == null ? null : change.get(field);
    if (field == null || value == null) {
      return "null".getBytes(StandardCharsets.UTF_8);
    }
    return json.fromConnectData("", field.schema(), value);
  }

  private String quoted(String text) {
    return new String(json.fromConnectData("", Schema.STRING_SCHEMA, text), StandardCharsets.UTF_8);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
