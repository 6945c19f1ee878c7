package io.penstock.connect;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.DecodeException;
import io.penstock.connector.StateStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the source of a connector is, by source partition, in a worker's state: one key a partition,
 * named by the partition's hash, with both as JSON. Thread-safe as its store.
 *
 * <pre>connect/NAME/offsets/HASH   {"offset":{"position":17},"partition":{"filename":"/in"},"version":1}</pre>
 */
public final class Offsets {

  private static final long VERSION = 1;

  private final String connector;
  private final StateStore state;
  private final OffsetFormat format = new OffsetFormat();

  /**
   * One partition and how far it is.
   *
   * @param partition as the plugin names it
   * @param offset as the plugin understands it; null takes the partition's offset away
   */
  public record Offset(Map<String, ?> partition, @Nullable Map<String, ?> offset) {}

  /** Those of a connector. */
  public Offsets(String connector, StateStore state) {
    this.connector = connector;
    this.state = state;
  }

  private String prefix() {
    return "connect/" + connector + "/offsets";
  }

  private String key(Map<String, ?> partition) {
    return prefix() + "/" + OffsetFormat.id(format.encode(partition));
  }

  /** The offset of a partition; null if there is none. */
  public @Nullable Map<String, Object> get(Map<String, ?> partition) {
    String key = key(partition);
    return state
        .get(key)
        .map(stored -> read(key, stored).offset())
        .map(Offsets::plain)
        .orElse(null);
  }

  private static Map<String, Object> plain(Map<String, ?> map) {
    return new LinkedHashMap<>(map);
  }

  /** All of them. */
  public List<Offset> all() {
    List<Offset> all = new ArrayList<>();
    for (String key : state.keys(prefix())) {
      state.get(key).ifPresent(stored -> all.add(read(key, stored)));
    }
    return all;
  }

  @SuppressWarnings("unchecked") // the keys of a JSON object are texts
  private Offset read(String key, byte[] stored) {
    try {
      Map<String, Object> entry = format.decode(stored);
      if (entry != null
          && Long.valueOf(VERSION).equals(entry.get("version"))
          && entry.get("partition") instanceof Map<?, ?> partition
          && entry.get("offset") instanceof Map<?, ?> offset) {
        return new Offset((Map<String, ?>) partition, (Map<String, ?>) offset);
      }
      throw new DecodeException("expected version " + VERSION + ", a partition and an offset");
    } catch (DecodeException e) {
      throw ConnectorException.fatal(
          "the stored offset "
              + key
              + " of connector "
              + connector
              + " can't be read: "
              + e.getMessage()
              + ". Reset the connector's offsets to begin anew",
          e);
    }
  }

  /** What is to be written for this offset, by key. */
  Map<String, byte[]> entry(Map<String, ?> partition, Map<String, ?> offset) {
    Map<String, Object> entry = new HashMap<>();
    entry.put("version", VERSION);
    entry.put("partition", partition);
    entry.put("offset", offset);
    return Map.of(key(partition), format.encode(entry));
  }

  /** Changes offsets; the connector must be stopped. One that is null is taken away. */
  public void change(List<Offset> changes) {
    Map<String, byte[]> puts = new HashMap<>();
    for (Offset change : changes) {
      Map<String, ?> offset = change.offset();
      if (offset == null) {
        state.delete(key(change.partition()));
      } else {
        puts.putAll(entry(change.partition(), offset));
      }
    }
    state.putAll(puts);
  }

  /**
   * Takes all of them away, and what parts of the plugin have kept; the connector must be stopped, and
   * begins anew then.
   */
  public void reset() {
    state.keys(prefix()).forEach(state::delete);
    state.keys(partsPrefix(connector)).forEach(state::delete);
  }

  /** Under which keys the parts that a {@link Companion} has keep something. */
  public static String partsPrefix(String connector) {
    return "connect/" + connector + "/parts";
  }

  OffsetFormat format() {
    return format;
  }
}
