package io.penstock.storage;

/** What may be a key, and what is under another. */
final class StateKeys {

  private static final int MAX_LENGTH = 500;

  private StateKeys() {}

  /**
   * Checks a key.
   *
   * @throws IllegalArgumentException if it is none
   */
  static String check(String key) {
    if (!isKey(key)) {
      throw new IllegalArgumentException(
          "state key '"
              + key
              + "': expected segments of letters, digits, '.', '_' and '-', joined by '/'");
    }
    if (key.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "state key '"
              + key
              + "' is too long: "
              + key.length()
              + " characters, at most "
              + MAX_LENGTH
              + " are possible");
    }
    return key;
  }

  static boolean isKey(CharSequence key) {
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
