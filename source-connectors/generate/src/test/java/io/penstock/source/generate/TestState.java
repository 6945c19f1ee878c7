package io.penstock.source.generate;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.StateStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** State that outlives the sources of a test, and can be out of order. */
final class TestState implements StateStore {

  private final Map<String, byte[]> values = new ConcurrentHashMap<>();
  private volatile boolean broken;

  void broken(boolean now) {
    broken = now;
  }

  private void check() {
    if (broken) {
      throw ConnectorException.retry("the disk is gone", null);
    }
  }

  @Override
  public Optional<byte[]> get(String key) {
    check();
    return Optional.ofNullable(values.get(key));
  }

  @Override
  public void put(String key, byte[] value) {
    check();
    values.put(key, value);
  }

  @Override
  public void delete(String key) {
    values.remove(key);
  }

  @Override
  public List<String> keys(String prefix) {
    return values.keySet().stream().filter(key -> key.startsWith(prefix)).sorted().toList();
  }
}
