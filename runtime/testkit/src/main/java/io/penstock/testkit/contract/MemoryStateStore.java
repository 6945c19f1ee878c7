package io.penstock.testkit.contract;

import io.penstock.connector.StateStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** State that lasts as long as this object. */
public final class MemoryStateStore implements StateStore {

  private final ConcurrentNavigableMap<String, byte[]> values = new ConcurrentSkipListMap<>();

  /** An empty one. */
  public MemoryStateStore() {}

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
        .filter(key -> prefix.isEmpty() || key.equals(prefix) || key.startsWith(prefix + "/"))
        .toList();
  }
}
