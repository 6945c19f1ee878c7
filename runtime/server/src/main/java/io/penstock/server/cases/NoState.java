package io.penstock.server.cases;

import io.penstock.connector.StateStore;
import java.util.List;
import java.util.Optional;

/** Keeps nothing: a case begins and ends with nothing. */
final class NoState implements StateStore {

  @Override
  public Optional<byte[]> get(String key) {
    return Optional.empty();
  }

  @Override
  public void put(String key, byte[] value) {
    throw new IllegalStateException("a case keeps no state: " + key);
  }

  @Override
  public void delete(String key) {
    // Nothing is there.
  }

  @Override
  public List<String> keys(String prefix) {
    return List.of();
  }
}
