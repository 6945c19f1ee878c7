package io.penstock.connector;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Small durable values by key. Thread-safe; calls block until the value is durable.
 *
 * <p>Keys are made of segments of letters, digits, {@code .}, {@code _} and {@code -}, joined by
 * {@code /}, for example {@code connectors/orders/pause}; anything else is an {@link
 * IllegalArgumentException}. A failure of the store itself is a {@link ConnectorException}.
 */
public interface StateStore {

  /** The value of a key, a copy. */
  Optional<byte[]> get(String key);

  /** Sets the value of a key: after a crash it is either the old value or the new one. */
  void put(String key, byte[] value);

  /**
   * Sets the values of several keys, cheaper than one after the other: after a crash each is either
   * the old value or the new one.
   */
  default void putAll(Map<String, byte[]> values) {
    values.forEach(this::put);
  }

  /** Removes a key; one that isn't there is fine. */
  void delete(String key);

  /** The keys under a prefix of whole segments, sorted; all of them for the empty prefix. */
  List<String> keys(String prefix);

  /** The values under a prefix of whole segments, by key, cheaper than one after the other. */
  default Map<String, byte[]> values(String prefix) {
    Map<String, byte[]> values = new TreeMap<>();
    keys(prefix).forEach(key -> get(key).ifPresent(value -> values.put(key, value)));
    return values;
  }
}
