package io.penstock.connector.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of one object of settings. Immutable. */
public final class ConfigSpec {

  private final Map<String, ConfigKey<?>> keys;

  private ConfigSpec(Map<String, ConfigKey<?>> keys) {
    this.keys = keys;
  }

  /**
   * Makes a description of these keys, in this order.
   *
   * @throws IllegalArgumentException if two have the same name
   */
  public static ConfigSpec of(ConfigKey<?>... keys) {
    return of(List.of(keys));
  }

  /** As {@link #of(ConfigKey[])}. */
  public static ConfigSpec of(List<ConfigKey<?>> keys) {
    Map<String, ConfigKey<?>> byName = new LinkedHashMap<>();
    for (ConfigKey<?> key : keys) {
      if (byName.put(key.name(), key) != null) {
        throw new IllegalArgumentException("two keys are named '" + key.name() + "'");
      }
    }
    return new ConfigSpec(byName);
  }

  /** This description with more keys. */
  public ConfigSpec with(ConfigSpec more) {
    List<ConfigKey<?>> all = new ArrayList<>(keys.values());
    all.addAll(more.keys.values());
    return of(all);
  }

  /** The keys, in order. */
  public List<ConfigKey<?>> keys() {
    return List.copyOf(keys.values());
  }

  /**
   * Reads an object. Everything that is wrong is added to {@code problems}: unknown keys, missing
   * ones, wrong types, values out of range.
   *
   * @param raw a tree as {@link io.penstock.connector.Codec} describes; a null value is a missing one
   * @param path of the object, for example {@code $.source}
   * @return the settings; only to be used if no problem was added
   */
  public Settings read(Map<?, ?> raw, String path, Problems problems) {
    Map<String, Object> values = new HashMap<>();
    raw.forEach(
        (name, value) -> {
          ConfigKey<?> key = keys.get(String.valueOf(name));
          String keyPath = path + "." + name;
          if (key == null) {
            problems.addUnknown(
                ProblemCode.UNKNOWN_KEY, keyPath, String.valueOf(name), keys.keySet());
          } else if (value != null) {
            Object read = key.read(value, keyPath, problems);
            if (read != null) {
              values.put(key.name(), read);
            }
          }
        });
    for (ConfigKey<?> key : keys.values()) {
      if (raw.get(key.name()) != null) {
        continue;
      }
      if (key.required()) {
        problems.add(
            ProblemCode.MISSING_KEY,
            path + "." + key.name(),
            "nothing",
            key.typeWithArticle(),
            key.doc());
      } else {
        key.defaultValue().ifPresent(value -> values.put(key.name(), value));
        if (key.defaultValue().isEmpty()) {
          key.nested()
              .filter(spec -> spec.keys().stream().noneMatch(ConfigKey::required))
              .ifPresent(
                  spec ->
                      values.put(
                          key.name(), spec.read(Map.of(), path + "." + key.name(), problems)));
        }
      }
    }
    return new Settings(path, values);
  }

  /** The key of that name. */
  public Optional<ConfigKey<?>> key(String name) {
    return Optional.ofNullable(keys.get(name));
  }
}
