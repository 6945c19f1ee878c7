package io.penstock.sink.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs as Standard Webhooks 1.0 asks: for each secret {@code v1,} and the Base64 of an HMAC-SHA256 over
 * {@code id.timestamp.body}. Thread-safe.
 */
final class Signer {

  private static final String PREFIX = "whsec_";
  private static final String HMAC = "HmacSHA256";
  private static final int SHORTEST_KEY = 24;
  private static final int LONGEST_KEY = 64;

  private final List<SecretKeySpec> keys = new ArrayList<>();

  /**
   * A signer with these secrets; a receiver takes a signature of any of them.
   *
   * @throws IllegalArgumentException if one is not what {@link #isSecret} takes
   */
  Signer(List<String> secrets) {
    for (String secret : secrets) {
      byte[] key = key(secret);
      if (key.length == 0) {
        throw new IllegalArgumentException("a secret that can't be read");
      }
      keys.add(new SecretKeySpec(key, HMAC));
    }
  }

  /** Whether it is a secret: {@code whsec_} and the Base64 of 24 to 64 bytes. */
  static boolean isSecret(String text) {
    int length = key(text).length;
    return length >= SHORTEST_KEY && length <= LONGEST_KEY;
  }

  private static byte[] key(String secret) {
    try {
      return secret.startsWith(PREFIX)
          ? Base64.getDecoder().decode(secret.substring(PREFIX.length()))
          : new byte[0];
    } catch (IllegalArgumentException e) {
      return new byte[0]; // no Base64, so no secret
    }
  }

  boolean signs() {
    return !keys.isEmpty();
  }

  /** The value of the header {@code webhook-signature}: a signature a secret, in their order. */
  String sign(String id, long timestamp, byte[] body) {
    byte[] head = (id + "." + timestamp + ".").getBytes(UTF_8);
    StringBuilder signatures = new StringBuilder();
    for (SecretKeySpec key : keys) {
      Mac mac = mac(key);
      mac.update(head);
      signatures
          .append(signatures.isEmpty() ? "" : " ")
          .append("v1,")
          .append(Base64.getEncoder().encodeToString(mac.doFinal(body)));
    }
    return signatures.toString();
  }

  private static Mac mac(SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + HMAC, e);
    }
  }
}
