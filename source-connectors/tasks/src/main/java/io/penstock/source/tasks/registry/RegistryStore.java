package io.penstock.source.tasks.registry;

import io.penstock.connector.StateStore;
import io.penstock.source.tasks.wire.Json;
import io.penstock.source.tasks.wire.RefusedException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps accounts and functions in the state that workers share, each as a document under its name. A
 * revision that changes with every change tells other workers to read again. Thread-safe; its methods
 * block until what they do is durable.
 */
final class RegistryStore {

  static final String ACCOUNTS = "accounts";
  static final String FUNCTIONS = "functions";
  private static final int VERSION = 1;

  private final StateStore state;
  private final String prefix;
  private volatile String known = "";

  RegistryStore(StateStore state, String connector) {
    this.state = state;
    this.prefix = "tasks/" + connector + "/registry/";
  }

  private String revision() {
    return state
        .get(prefix + "revision")
        .map(bytes -> new String(bytes, java.nio.charset.StandardCharsets.US_ASCII))
        .orElse("");
  }

  /** Whether somebody else has changed something since this was last asked; or nobody has asked. */
  boolean hasChanged() {
    String now = revision();
    if (now.equals(known)) {
      return false;
    }
    known = now;
    return true;
  }

  /** All documents of a kind by name. */
  Map<String, Map<?, ?>> all(String kind) {
    Map<String, Map<?, ?>> documents = new LinkedHashMap<>();
    int cut = (prefix + kind + "/").length();
    state
        .values(prefix + kind)
        .forEach((key, value) -> documents.put(key.substring(cut), read(key, value)));
    return documents;
  }

  Optional<Map<?, ?>> one(String kind, String name) {
    String key = prefix + kind + "/" + name;
    return state.get(key).map(value -> read(key, value));
  }

  private static Map<?, ?> read(String key, byte[] value) {
    try {
      if (Json.tree(value) instanceof Map<?, ?> map && map.get("v") instanceof Long version) {
        if (version == VERSION) {
          return map;
        }
        throw new IllegalStateException(
            key + " is of version " + version + "; this program reads " + VERSION);
      }
    } catch (RefusedException e) {
      throw new IllegalStateException(key + " is damaged", e);
    }
    throw new IllegalStateException(key + " is damaged");
  }

  /** Keeps documents by name. */
  void put(String kind, Map<String, Map<String, Object>> documents) {
    Map<String, byte[]> values = new HashMap<>();
    documents.forEach(
        (name, document) -> {
          Map<String, Object> tree = new LinkedHashMap<>();
          tree.put("v", VERSION);
          tree.putAll(document);
          values.put(prefix + kind + "/" + name, Json.write(tree));
        });
    changed(values);
  }

  void delete(String kind, String name) {
    state.delete(prefix + kind + "/" + name);
    changed(new HashMap<>());
  }

  private void changed(Map<String, byte[]> values) {
    boolean isCurrent = revision().equals(known);
    String next = UUID.randomUUID().toString();
    values.put(prefix + "revision", next.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    state.putAll(values);
    if (isCurrent) {
      known = next;
    }
  }

  // ---- files

  String files() {
    return prefix + "files";
  }

  StateStore state() {
    return state;
  }
}
