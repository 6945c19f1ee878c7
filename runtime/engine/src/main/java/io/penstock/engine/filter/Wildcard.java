package io.penstock.engine.filter;

import java.util.ArrayList;
import java.util.List;

/**
 * Texts by a pattern in which {@code *} stands for any characters or none. Takes the first place for
 * each part in turn, which is right as parts hold no wildcards: no going back, whatever the text.
 */
final class Wildcard implements Condition {

  /** What stands between the stars; at least one part. */
  private final List<String> parts;

  /**
   * Reads a pattern; {@code \*} and {@code \\} are the characters themselves.
   *
   * @throws IllegalArgumentException if it is malformed; the message says what is wrong
   */
  Wildcard(String pattern) {
    List<String> found = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '*') {
        if (i > 0 && part.isEmpty() && !found.isEmpty()) {
          throw new IllegalArgumentException("'**', which is the same as '*'");
        }
        found.add(part.toString());
        part.setLength(0);
      } else if (c != '\\') {
        part.append(c);
      } else if (i + 1 < pattern.length() && "*\\".indexOf(pattern.charAt(i + 1)) >= 0) {
        i++;
        part.append(pattern.charAt(i));
      } else {
        throw new IllegalArgumentException("a backslash before something else than '*' or '\\'");
      }
    }
    found.add(part.toString());
    this.parts = List.copyOf(found);
  }

  @Override
  public boolean text(String value) {
    String first = parts.get(0);
    if (parts.size() == 1) {
      return value.equals(first);
    }
    String last = parts.get(parts.size() - 1);
    int end = value.length() - last.length();
    if (end < first.length() || !value.startsWith(first) || !value.endsWith(last)) {
      return false;
    }
    int from = first.length();
    for (int i = 1; i < parts.size() - 1; i++) {
      int at = value.indexOf(parts.get(i), from);
      if (at < 0 || at + parts.get(i).length() > end) {
        return false;
      }
      from = at + parts.get(i).length();
    }
    return true;
  }
}
