package io.penstock.connect;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Lane;
import io.penstock.connector.StateStore;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What a source keeps in the state: the offsets of its partitions, and the number of the first record of
 * each task that may be unsettled.
 *
 * <pre>connect/NAME/tasks/0   1 4711</pre>
 */
final class Progress {

  private static final String VERSION = "1 ";

  private final String connector;
  private final StateStore state;
  private final Offsets offsets;

  Progress(String connector, StateStore state) {
    this.connector = connector;
    this.state = state;
    this.offsets = new Offsets(connector, state);
  }

  Offsets offsets() {
    return offsets;
  }

  private String key(Lane lane) {
    return "connect/" + connector + "/tasks/" + lane.name();
  }

  /** The number to go on with; 0 if nothing is stored. */
  long position(Lane lane) {
    String key = key(lane);
    return state.get(key).map(stored -> position(key, stored)).orElse(0L);
  }

  private static long position(String key, byte[] stored) {
    String text = new String(stored, StandardCharsets.UTF_8);
    try {
      if (text.startsWith(VERSION)) {
        return Long.parseLong(text.substring(VERSION.length()));
      }
    } catch (NumberFormatException e) {
      throw unreadable(key, e);
    }
    throw unreadable(key, new IllegalArgumentException(text));
  }

  private static ConnectorException unreadable(String key, RuntimeException e) {
    return ConnectorException.fatal(
        "the stored position " + key + " can't be read. Remove it from the state to count anew", e);
  }

  /** Stores positions and offsets, together. */
  void store(Map<Lane, Long> positions, Map<Map<String, ?>, Map<String, ?>> newOffsets) {
    Map<String, byte[]> values = new HashMap<>();
    positions.forEach(
        (lane, position) ->
            values.put(key(lane), (VERSION + position).getBytes(StandardCharsets.UTF_8)));
    newOffsets.forEach((partition, offset) -> values.putAll(offsets.entry(partition, offset)));
    state.putAll(values);
  }
}
