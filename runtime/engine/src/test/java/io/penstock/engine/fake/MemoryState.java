package io.penstock.engine.fake;

import io.penstock.connector.StateStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** State in memory. Thread-safe. */
public final class MemoryState implements StateStore {

  private final ConcurrentSkipListMap<String, byte[]> values = new ConcurrentSkipListMap<>();

  @Override
  public Optional<byte[]> get(String key) {
    return Optional.ofNullable(values.get(key)).map(byte[]::clone);
  }

  @Override
  public void put(String key, byte[] value) {
    values.put(key, value.clone());
  }

  @Override
  public void delete(String key) {
    values.remove(key);
  }

  @Override
  public List<String> keys(String prefix) {
    return values.keySet().stream()
        .filter(key -> prefix.isEmpty() || key.startsWith(prefix + "/"))
        .toList();
  }
}
