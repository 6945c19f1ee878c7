package io.penstock.httpclient;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes secrets out of texts that others wrote: a server may repeat in its answer what it was sent.
 * Immutable.
 */
final class SecretMask {

  private static final String MASK = "***";

  /** A shorter one may stand in a text by chance. */
  private static final int SHORTEST = 4;

  /** Longest first: one may be part of another. */
  private final List<String> secrets;

  private SecretMask(List<String> secrets) {
    this.secrets = secrets;
  }

  /** A mask of these, each as it is, in Base64, and as it stands in a form or in JSON. */
  static SecretMask of(Collection<String> secrets) {
    Set<String> all =
        new TreeSet<>(Comparator.comparingInt(String::length).thenComparing(s -> s).reversed());
    for (String secret : secrets) {
      if (secret.length() >= SHORTEST) {
        all.add(secret);
        String json = secret.replace("\\", "\\\\").replace("\"", "\\\"");
        all.add(json);
        all.add(json.replace("/", "\\/"));
        all.add(URLEncoder.encode(secret, UTF_8));
        all.add(Base64.getEncoder().withoutPadding().encodeToString(secret.getBytes(UTF_8)));
      }
    }
    return new SecretMask(List.copyOf(all));
  }

  /** The text with every secret replaced, and also with one more that is not in the mask. */
  String mask(String text, String oneMore) {
    String masked = oneMore.length() < SHORTEST ? text : text.replace(oneMore, MASK);
    for (String secret : secrets) {
      masked = masked.replace(secret, MASK);
    }
    return masked;
  }
}
