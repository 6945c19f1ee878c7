package io.penstock.source.tasks.registry;

import io.penstock.source.tasks.wire.Json;
import io.penstock.source.tasks.wire.RefusedException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A version of a function. It never changes; the array must not be changed.
 *
 * @param id digest of the definition and the files
 * @param definition as it would stand under {@code routes} in the connector's file, as JSON
 * @param files that it is made of: digests by relative path
 * @param createdMs when it was registered, in milliseconds since the epoch
 */
record FunctionVersion(String id, byte[] definition, Map<String, String> files, long createdMs) {

  private static final int ID_LENGTH = 16;

  /** Copies. */
  FunctionVersion {
    files = Map.copyOf(files);
  }

  /** A definition as it is kept: the order of members means nothing. */
  static byte[] canonical(Map<String, Object> tree) {
    return Json.write(sorted(tree));
  }

  private static Object sorted(Object tree) {
    if (tree instanceof Map<?, ?> map) {
      Map<String, Object> sorted = new TreeMap<>();
      map.forEach((name, value) -> sorted.put(String.valueOf(name), sorted(value)));
      return sorted;
    }
    return tree instanceof List<?> list
        ? list.stream().map(FunctionVersion::sorted).toList()
        : tree;
  }

  static String id(byte[] definition, Map<String, String> files) {
    String all = Hashes.hex(Hashes.sha256(definition)) + new TreeMap<>(files);
    return Hashes.hex(Hashes.sha256(all)).substring(0, ID_LENGTH);
  }

  /** The definition as a tree. */
  Map<String, Object> tree() {
    try {
      if (Json.tree(definition) instanceof Map<?, ?> map) {
        Map<String, Object> named = new TreeMap<>();
        map.forEach((name, value) -> named.put(String.valueOf(name), value));
        return named;
      }
    } catch (RefusedException e) {
      throw new IllegalStateException("version " + id + " is damaged", e);
    }
    throw new IllegalStateException("version " + id + " is damaged");
  }
}
