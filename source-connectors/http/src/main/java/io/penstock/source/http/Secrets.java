package io.penstock.source.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Compares what is secret in a time that tells nothing about it. */
final class Secrets {

  private static final String HMAC = "HmacSHA256";
  private static final int HASH_BYTES = 32;

  private Secrets() {}

  /** HMAC-SHA256 of these parts, one after the other. */
  static byte[] hmac(byte[] secret, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(secret, HMAC));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }

  /** SHA-256: two texts of any length are compared by it. */
  static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whether it is one of these; as long whichever it is. */
  static boolean isOneOf(byte[] given, List<byte[]> right) {
    boolean found = false;
    for (byte[] one : right) {
      found |= MessageDigest.isEqual(one, given);
    }
    return found;
  }

  /** The bytes of a SHA-256 in hexadecimal or Base64; empty if it is neither. */
  static Optional<byte[]> readHash(String text) {
    try {
      byte[] bytes =
          text.length() == 2 * HASH_BYTES
              ? HexFormat.of().parseHex(text)
              : Base64.getDecoder().decode(text);
      return bytes.length == HASH_BYTES ? Optional.of(bytes) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
