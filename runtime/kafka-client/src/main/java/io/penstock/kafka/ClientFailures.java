package io.penstock.kafka;

import io.penstock.connector.ConnectorException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/**
 * Says what a failure of a client means: whether it can pass, and what a person is to do. Thread-safe
 * if what it is given is.
 */
public final class ClientFailures {

  /** What to look at when nobody answers. */
  public static final String UNREACHABLE =
      "It is tried again. If it lasts, check that the brokers run and can be reached from here"
          + " under the names they advertise, bootstrapServers, and security.protocol in"
          + " properties";

  private final String bootstrapServers;
  private final UnaryOperator<String> hideSecrets;
  private final Function<Throwable, @Nullable String> advice;

  /**
   * For the clients of one connector.
   *
   * @param hideSecrets takes the secrets of the client's properties out of a text
   * @param advice what to do about a failure that doesn't pass by itself, null if it knows nothing of
   *     it; asked before the advice that holds for every client
   */
  public ClientFailures(
      String bootstrapServers,
      UnaryOperator<String> hideSecrets,
      Function<Throwable, @Nullable String> advice) {
    this.bootstrapServers = bootstrapServers;
    this.hideSecrets = hideSecrets;
    this.advice = advice;
  }

  /**
   * The failure as the engine understands it, without a secret.
   *
   * @param doing what was tried, for example {@code reading}
   */
  public ConnectorException translate(String doing, Throwable failure) {
    Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
    if (cause == null) {
      cause = failure;
    }
    if (cause instanceof ConnectorException known) {
      return known;
    }
    String who = "Kafka at " + bootstrapServers + ": " + doing + " failed: ";
    String said = hideSecrets.apply(textOf(cause));
    // A stack trace repeats the message: it goes too if the message held a secret.
    Throwable shown = tellsSecret(failure) ? null : failure;
    String fatal = adviceIfFatal(cause);
    if (fatal != null) {
      return ConnectorException.fatal(who + said + ". " + fatal, shown);
    }
    return ConnectorException.retry(
        who + said + (cause instanceof RetriableException ? ". " + UNREACHABLE : ""), shown);
  }

  private @Nullable String adviceIfFatal(Throwable cause) {
    String special = advice.apply(cause);
    if (special != null) {
      return special;
    }
    if (cause instanceof AuthenticationException) {
      return "The broker does not accept who we are: check security.protocol, sasl.* and ssl.* in"
          + " properties";
    }
    if (cause instanceof AuthorizationException) {
      return "Allow it to the user named in properties";
    }
    if (cause instanceof UnsupportedVersionException) {
      return "The brokers are too old for it";
    }
    // Names that can't be resolved now may well be known in a moment, as when a cluster starts.
    if ((cause instanceof ConfigException || isConstruction(cause)) && !isUnresolved(cause)) {
      return "Change properties";
    }
    return null;
  }

  private static boolean isConstruction(Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    return text.startsWith("Failed to construct kafka") || text.startsWith("Failed create new");
  }

  private static boolean isUnresolved(Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (String.valueOf(t.getMessage()).contains("resolvable bootstrap")) {
        return true;
      }
    }
    return false;
  }

  private static String textOf(Throwable cause) {
    if (cause instanceof InterruptException) {
      return "the thread was interrupted";
    }
    String text = String.valueOf(cause.getMessage());
    Throwable inner = cause.getCause();
    if (inner != null && inner != cause && inner.getMessage() != null) {
      text += " (" + inner.getMessage() + ")";
    }
    return text;
  }

  private boolean tellsSecret(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      String text = String.valueOf(t.getMessage());
      if (!hideSecrets.apply(text).equals(text)) {
        return true;
      }
    }
    return false;
  }
}
