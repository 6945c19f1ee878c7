package io.penstock.storage;

import java.util.Optional;

/**
 * File names of keys. All keys lie in one folder, so a slash becomes a comma; an upper-case letter
 * becomes an equals sign and its lower case, because some file systems don't tell the two apart.
 *
 * <pre>connectors/Orders/pause   connectors,=orders,pause.state</pre>
 */
final class FileNames {

  private static final String SUFFIX = ".state";
  private static final int MAX_LENGTH = 200;

  private FileNames() {}

  /**
   * The file name of a key.
   *
   * @throws IllegalArgumentException if it is no key, or longer than a file name can be
   */
  static String of(String key) {
    check(key);
    String name = encode(key);
    if (name.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "state key '"
              + key
              + "' is too long: "
              + name.length()
              + " characters as a file name, at most "
              + MAX_LENGTH
              + " are possible (upper-case letters count twice)");
    }
    return name + SUFFIX;
  }

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
    for (int i = 0; i < name.length() - SUFFIX.length(); i++) {
      char c = name.charAt(i);
      if (c == ',') {
        key.append('/');
      } else if (c == '=') {
        key.append(Character.toUpperCase(name.charAt(++i)));
      } else {
        key.append(c);
      }
    }
    return isKey(key) && of(key.toString()).equals(name)
        ? Optional.of(key.toString())
        : Optional.empty();
  }

  /**
   * Checks a key.
   *
   * @throws IllegalArgumentException if it is none
   */
  static void check(String key) {
    if (!isKey(key)) {
      throw new IllegalArgumentException(
          "state key '"
              + key
              + "': expected segments of letters, digits, '.', '_' and '-', joined by '/'");
    }
  }

  private static boolean isKey(CharSequence key) {
    boolean inSegment = false;
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c == '/') {
        if (!inSegment) {
          return false;
        }
        inSegment = false;
      } else if (isLetterOrDigit(c) || c == '.' || c == '_' || c == '-') {
        inSegment = true;
      } else {
        return false;
      }
    }
    return inSegment;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
