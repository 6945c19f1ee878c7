package io.penstock.connector.config;

import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Validated settings of one object, with defaults filled in. Immutable, thread-safe. Has no readable
 * text form on purpose: it may hold secrets.
 */
public final class Settings {

  private final String path;
  private final Map<String, Object> values;

  Settings(String path, Map<String, Object> values) {
    this.path = path;
    this.values = Map.copyOf(values);
  }

  /** Where the object stands, for example {@code $.source}; for problems found later. */
  public String path() {
    return path;
  }

  /**
   * The value of a key that is required or has a default.
   *
   * @throws NoSuchElementException if it has neither and was not given
   */
  public <T> T get(ConfigKey<T> key) {
    return find(key)
        .orElseThrow(
            () -> new NoSuchElementException(path + "." + key.name() + " has no value or default"));
  }

  /** The value of a key, if it was given or has a default. */
  @SuppressWarnings("unchecked") // a key reads only values of its own type
  public <T> Optional<T> find(ConfigKey<T> key) {
    return Optional.ofNullable((T) values.get(key.name()));
  }

  @Override
  public String toString() {
    return "Settings[" + path + "]";
  }
}
