package io.penstock.source.tasks.store;

import java.util.Optional;

/**
 * What a task is from its beginning to its end.
 *
 * @param number unique; rises with time
 * @param account whose it is
 * @param name the id that its sender gave it, unique within the account
 * @param function what it is for
 * @param contentType of the payload
 * @param size of the payload in bytes
 * @param digest of function, content type and payload, hexadecimal; empty if the sender gave no id
 * @param orderKey tasks of a function with the same key run one after another
 * @param deadlineMs it must have begun by then, in milliseconds since the epoch; {@link
 *     Long#MAX_VALUE} for none
 * @param expiresMs the same, as it follows from its greatest age
 */
public record TaskSpec(
    long number,
    String account,
    Optional<String> name,
    String function,
    String contentType,
    int size,
    String digest,
    Optional<String> orderKey,
    long deadlineMs,
    long expiresMs) {

  /** No such time. */
  public static final long NEVER = Long.MAX_VALUE;

  /** By what its sender asks for it. */
  public String id() {
    return name.orElseGet(() -> TaskNumbers.text(number));
  }

  /** When it was handed in, in milliseconds since the epoch. */
  public long submittedMs() {
    return TaskNumbers.timeMs(number);
  }

  /** When it is too late to begin. */
  public long latestMs() {
    return Math.min(deadlineMs, expiresMs);
  }
}
