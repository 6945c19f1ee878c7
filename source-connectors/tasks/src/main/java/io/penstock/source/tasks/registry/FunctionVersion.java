package io.penstock.source.tasks.registry;

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

  static String id(byte[] definition, Map<String, String> files) {
    String all = Hashes.hex(Hashes.sha256(definition)) + new TreeMap<>(files);
    return Hashes.hex(Hashes.sha256(all)).substring(0, ID_LENGTH);
  }
}
