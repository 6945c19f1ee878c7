package io.penstock.storage;

import java.util.Optional;

/**
 * File names of keys and of connectors. A slash becomes a comma; an upper-case letter becomes an
 * equals sign and its lower case, because some file systems don't tell the two apart.
 *
 * <pre>connectors/Orders/pause   connectors,=orders,pause.state</pre>
 */
final class FileNames {

  static final String SUFFIX = ".state";

  private FileNames() {}

  /** A key without what file systems don't take, or don't tell apart. */
  static String encode(String key) {
    StringBuilder name = new StringBuilder(key.length());
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c == '/') {
        name.append(',');
      } else if (c >= 'A' && c <= 'Z') {
        name.append('=').append((char) (c - 'A' + 'a'));
      } else {
        name.append(c);
      }
    }
    return name.toString();
  }

  /** The key of a file name; empty if it is no name of a key. */
  static Optional<String> key(String name) {
    if (!name.endsWith(SUFFIX)) {
      return Optional.empty();
    }
    StringBuilder key = new StringBuilder(name.length());
    int end = name.length() - SUFFIX.length();
    for (int i = 0; i < end; i++) {
      char c = name.charAt(i);
      if (c == ',') {
        key.append('/');
      } else if (c == '=' && i + 1 < end) {
        key.append(Character.toUpperCase(name.charAt(++i)));
      } else {
        key.append(c);
      }
    }
    return StateKeys.isKey(key) && (encode(key.toString()) + SUFFIX).equals(name)
        ? Optional.of(key.toString())
        : Optional.empty();
  }
}
