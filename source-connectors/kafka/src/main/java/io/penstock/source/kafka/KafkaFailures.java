package io.penstock.source.kafka;

import io.penstock.connector.ConnectorException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** Says what a failure of the client means: whether it can pass, and what a person is to do. */
final class KafkaFailures {

  private final KafkaSourceConfig config;

  KafkaFailures(KafkaSourceConfig config) {
    this.config = config;
  }

  /**
   * The failure as the engine understands it.
   *
   * @param doing what was tried, for example {@code reading}
   */
  ConnectorException translate(String doing, Throwable failure) {
    Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
    if (cause == null) {
      cause = failure;
    }
    if (cause instanceof ConnectorException known) {
      return known;
    }
    String who = "Kafka at " + config.bootstrapServers() + ": " + doing + " failed: ";
    String said = ConsumerProperties.hideSecrets(textOf(cause), config);
    // A stack trace repeats the message: it goes too if the message held a secret.
    Throwable shown = tellsSecret(failure) ? null : failure;
    String fatal = adviceIfFatal(cause);
    if (fatal != null) {
      return ConnectorException.fatal(who + said + ". " + fatal, shown);
    }
    return ConnectorException.retry(
        who + said + (cause instanceof RetriableException ? ". " + unreachable() : ""), shown);
  }

  /** What to look at when nobody answers. */
  static String unreachable() {
    return "It is tried again. If it lasts, check that the brokers run and can be reached from here"
        + " under the names they advertise, bootstrapServers, and security.protocol in properties";
  }

  private static @Nullable String adviceIfFatal(Throwable cause) {
    if (cause instanceof AuthenticationException) {
      return "The broker does not accept who we are: check security.protocol, sasl.* and ssl.* in"
          + " properties";
    }
    if (cause instanceof TopicAuthorizationException topics) {
      return "Allow READ and DESCRIBE on the topics " + topics.unauthorizedTopics();
    }
    if (cause instanceof GroupAuthorizationException group) {
      return "Allow READ on the consumer group '" + group.groupId() + "'";
    }
    if (cause instanceof AuthorizationException) {
      return "Allow it to the user named in properties";
    }
    if (cause instanceof InvalidTopicException || cause instanceof InvalidGroupIdException) {
      return "Change topics or group";
    }
    if (cause instanceof FencedInstanceIdException) {
      return "Another consumer has the same group.instance.id: give each its own in properties";
    }
    if (cause instanceof InconsistentGroupProtocolException
        || cause instanceof UnsupportedAssignorException) {
      return "The group has members with another way to share partitions: take another group, or"
          + " their partition.assignment.strategy or group.protocol in properties";
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
      if (!ConsumerProperties.hideSecrets(text, config).equals(text)) {
        return true;
      }
    }
    return false;
  }
}
