package io.penstock.httpclient;

import java.nio.charset.StandardCharsets;

/**
 * Makes texts for people of what servers and libraries say: masked first, then cut, in one line.
 * Immutable.
 *
 * @param mask what is never shown
 */
record Texts(SecretMask mask) {

  /** Of what a server said, so much is shown. */
  private static final int SHOWN = 300;

  /**
   * What an answer says, to be put behind a colon; empty if it says nothing.
   *
   * @param token one more secret; may be empty
   */
  String excerpt(byte[] body, String token) {
    String text = shown(new String(body, StandardCharsets.UTF_8), token);
    return text.isEmpty() ? "" : ": " + text;
  }

  /** What was thrown. */
  String of(Throwable thrown, String token) {
    String message = thrown.getMessage();
    String name = thrown.getClass().getSimpleName();
    return shown(message == null || message.isBlank() ? name : name + ": " + message, token);
  }

  private String shown(String text, String token) {
    String masked = mask.mask(text, token).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return masked.length() <= SHOWN ? masked : masked.substring(0, SHOWN) + "...";
  }
}
