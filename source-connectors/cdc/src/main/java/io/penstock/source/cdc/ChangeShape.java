package io.penstock.source.cdc;

import io.penstock.connect.RecordShape;
import io.penstock.source.cdc.CdcConfig.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
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
 *   type        io.penstock.cdc.created | updated | deleted | read | truncated | message | schema
 *   extensions  cdctable, cdcposition, cdctransaction, cdcsnapshot
 *   payload     {"op":"u","table":"public.orders","position":..,"transaction":..,"time":..,
 *                "before":{..},"after":{..}}
 * </pre>
 */
final class ChangeShape implements RecordShape {

  private static final String TYPE_PREFIX = "io.penstock.cdc.";

  private final Payload payload;
  private final @Nullable String signals;
  private final SnapshotMeter meter;
  private final JsonConverter json = new JsonConverter();

  /** A shape; tells the meter of each row of a snapshot. */
  ChangeShape(CdcConfig config, SnapshotMeter meter) {
    this.payload = config.payload();
    this.signals = config.signals().orElse(null);
    this.meter = meter;
    json.configure(Map.of("schemas.enable", "false", "decimal.format", "NUMERIC"), false);
  }

  @Override
  public Shaped shape(SourceRecord record) {
    if (String.valueOf(record.topic()).startsWith("__debezium-heartbeat")) {
      return Shaped.Skipped.INSTANCE;
    }
    if (!(record.value() instanceof Struct change) || change.schema().field("source") == null) {
      return Shaped.Plain.INSTANCE; // a tombstone, or of a transform that flattens
    }
    if (change.schema().field("op") == null) {
      return change.schema().field("ddl") == null ? Shaped.Plain.INSTANCE : schema(record, change);
    }
    String op = change.getString("op");
    Struct source = change.getStruct("source");
    if (table(source).equals(signals)) {
      return Shaped.Skipped.INSTANCE;
    }
    if (op.equals("r")) {
      meter.row();
    }
    if (payload == Payload.DEBEZIUM) {
      return new Shaped.Described(
          TYPE_PREFIX + word(op), extensions(source), place(op, record, source));
    }
    return new Shaped.Changed(
        TYPE_PREFIX + word(op),
        payload == Payload.ROW ? row(change) : change(op, change, source),
        extensions(source),
        place(op, record, source));
  }

  /** A table was made or altered: asked for by {@code include.schema.changes}. */
  private Shaped schema(SourceRecord record, Struct change) {
    Struct source = change.getStruct("source");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    text(out, "{\"op\":\"s\"");
    where(out, source);
    text(out, ",\"ddl\":" + quoted(String.valueOf(change.get("ddl"))) + "}");
    return new Shaped.Changed(
        TYPE_PREFIX + "schema", out.toByteArray(), extensions(source), place("s", record, source));
  }

  /**
   * Where a change stands in the log. The plugin's offset also tells how far a snapshot is that runs
   * beside, and differs when the same change is read again; a row of a snapshot has no other place.
   */
  @SuppressWarnings("unchecked") // an offset has texts for keys
  private static Map<String, ?> place(String op, SourceRecord record, Struct source) {
    Map<String, Object> place = new TreeMap<>();
    Map<String, Object> offset = (Map<String, Object>) record.sourceOffset();
    if (!op.equals("r")) {
      for (String name : List.of("lsn", "txId", "file", "pos", "row", "server_id")) {
        put(place, name, value(source, name));
      }
      if (offset != null) {
        put(place, "event", offset.get("event")); // of MariaDB, pos is the transaction's
      }
    }
    if (place.isEmpty() && offset != null) {
      place.putAll(offset);
      // A snapshot that is taken again at the same place may find other rows.
      put(place, "key", record.key() == null ? record.value() : record.key());
    }
    place.put("op", op);
    return place;
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
    put(extensions, "cdcposition", position(source));
    put(extensions, "cdctransaction", transaction(source));
    Object snapshot = value(source, "snapshot");
    if (snapshot != null && !"false".equals(snapshot)) {
      extensions.put("cdcsnapshot", String.valueOf(snapshot));
    }
    return extensions;
  }

  private static void put(Map<String, ? super String> target, String name, @Nullable Object value) {
    if (value != null) {
      target.put(name, String.valueOf(value));
    }
  }

  /** A number in PostgreSQL's log; file, place and row in a binary log, which sort as texts. */
  private static @Nullable Object position(Struct source) {
    return value(source, "file") instanceof String file
            && !file.isEmpty()
            && value(source, "pos") instanceof Long place
            && value(source, "row") instanceof Integer row
        ? String.format(Locale.ROOT, "%s:%010d:%d", file, place, row)
        : value(source, "lsn");
  }

  private static @Nullable Object transaction(Struct source) {
    Object number = value(source, "txId");
    return number == null ? value(source, "gtid") : number;
  }

  private static String table(Struct source) {
    Object schema = value(source, "schema");
    return (schema == null ? value(source, "db") : schema) + "." + value(source, "table");
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
    text(out, "{\"op\":\"" + op + "\"");
    where(out, source);
    for (String side : new String[] {"before", "after"}) {
      text(out, ",\"" + side + "\":");
      out.writeBytes(json(change, side));
    }
    text(out, "}");
    return out.toByteArray();
  }

  private void where(ByteArrayOutputStream out, Struct source) {
    text(out, ",\"table\":" + quoted(table(source)));
    field(out, "position", position(source));
    field(out, "transaction", transaction(source));
    field(out, "time", value(source, "ts_ms"));
  }

  private void field(ByteArrayOutputStream out, String name, @Nullable Object value) {
    if (value != null) {
      text(out, ",\"" + name + "\":" + (value instanceof Number ? value : quoted("" + value)));
    }
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
