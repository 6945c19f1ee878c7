package io.penstock.connect;

import io.penstock.connector.StateStore;
import java.util.List;
import java.util.Optional;

/** No state: a sink has no offsets of a source. */
final class NoOffsets implements StateStore {

  @Override
  public Optional<byte[]> get(String key) {
    return Optional.empty();
  }

  @Override
  public void put(String key, byte[] value) {
    throw new IllegalStateException("a sink keeps no offsets");
  }

  @Override
  public void delete(String key) {}

  @Override
  public List<String> keys(String prefix) {
    return List.of();
  }
}
