package io.penstock.httpclient;

import io.penstock.connector.config.Problems;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which headers a config may set. */
final class HeaderRules {

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  /** Made by the client itself, or a matter of one connection. */
  private static final Set<String> OURS =
      Set.of(
          "connection",
          "content-length",
          "content-type",
          "expect",
          "host",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private HeaderRules() {}

  /** Adds what is wrong with the name of a header. */
  static void checkName(String name, String path, Problems problems) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!TOKEN.matcher(name).matches()) {
      problems.add(path, "'" + name + "'", "the name of a header: letters, digits and '-'");
    } else if (OURS.contains(lower) || lower.startsWith("ce-") || lower.startsWith("webhook-")) {
      problems.add(path, "'" + name + "'", "a header that Penstock doesn't set itself");
    }
  }

  /** Whether a text can be the value of a header. */
  static boolean isValue(String text) {
    return text.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\t');
  }
}
