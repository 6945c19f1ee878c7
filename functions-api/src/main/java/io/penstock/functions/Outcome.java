package io.penstock.functions;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of one event. Immutable. Made by the factories only, so that new kinds can be added
 * without breaking handlers.
 *
 * <ul>
 *   <li><b>done</b>: handled; its results, none or any number, go to the success sinks
 *   <li><b>retry</b>: could not be handled now; it is tried again, and the attempt counts
 *   <li><b>reject</b>: can never be handled; it goes to the failure sinks without another attempt
 * </ul>
 *
 * <p>A result is an {@link Event}, a {@code byte[]}, a {@link CharSequence} (sent as UTF-8 text), or
 * any other object, which is sent as JSON.
 */
public final class Outcome {

  private enum Kind {
    DONE,
    RETRY,
    REJECT
  }

  private static final Outcome DONE = new Outcome(Kind.DONE, List.of(), null, null);

  private final Kind kind;
  private final List<?> results;
  private final @Nullable Duration delay;
  private final @Nullable String reason;

  private Outcome(Kind kind, List<?> results, @Nullable Duration delay, @Nullable String reason) {
    this.kind = kind;
    this.results = results;
    this.delay = delay;
    this.reason = reason;
  }

  /** Handled, with nothing to pass on. */
  public static Outcome done() {
    return DONE;
  }

  /** Handled, with one result. */
  public static Outcome done(Object result) {
    return new Outcome(Kind.DONE, List.of(result), null, null);
  }

  /** Handled, with any number of results in this order; the list is copied. */
  public static Outcome doneAll(List<?> results) {
    return new Outcome(Kind.DONE, List.copyOf(results), null, null);
  }

  /**
   * Try again, not before the delay has passed. Counts as an attempt.
   *
   * @param delay zero or more; zero leaves the delay to the connector's backoff
   * @throws IllegalArgumentException if the delay is negative
   */
  public static Outcome retryAfter(Duration delay) {
    return retryAfter(delay, "the function asked for a retry");
  }

  /** As {@link #retryAfter(Duration)}, with a reason that is shown in status and dead letters. */
  public static Outcome retryAfter(Duration delay, String reason) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay must not be negative: " + delay);
    }
    return new Outcome(Kind.RETRY, List.of(), delay, Objects.requireNonNull(reason, "reason"));
  }

  /**
   * Never try again: the event goes to the failure sinks.
   *
   * @param reason kept in the dead letter, so it must hold no secret
   */
  public static Outcome reject(String reason) {
    return new Outcome(Kind.REJECT, List.of(), null, Objects.requireNonNull(reason, "reason"));
  }

  /** Whether the event is handled. */
  public boolean isDone() {
    return kind == Kind.DONE;
  }

  /** Whether the event is to be tried again. */
  public boolean isRetry() {
    return kind == Kind.RETRY;
  }

  /** Whether the event is to go to the failure sinks at once. */
  public boolean isReject() {
    return kind == Kind.REJECT;
  }

  /** The results; empty unless {@link #isDone()}. */
  public List<?> results() {
    return results;
  }

  /** The delay asked for; empty unless {@link #isRetry()}. */
  public Optional<Duration> delay() {
    return Optional.ofNullable(delay);
  }

  /** Why; empty if {@link #isDone()}. */
  public Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Outcome that
        && kind == that.kind
        && results.equals(that.results)
        && Objects.equals(delay, that.delay)
        && Objects.equals(reason, that.reason);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, results, delay, reason);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case DONE -> "done" + results;
      case RETRY -> "retry after " + delay + " (" + reason + ")";
      case REJECT -> "reject (" + reason + ")";
    };
  }
}
