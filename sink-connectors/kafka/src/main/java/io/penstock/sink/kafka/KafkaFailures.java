package io.penstock.sink.kafka;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.SinkOutcome;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** Says what a failure of the client means for the sink, or for a record. */
final class KafkaFailures {

  private final KafkaSinkConfig config;

  KafkaFailures(KafkaSinkConfig config) {
    this.config = config;
  }

  /** What became of a record that failed. */
  SinkOutcome outcome(Throwable failure) {
    if (failure instanceof RecordTooLargeException
        || failure instanceof RecordBatchTooLargeException) {
      return new SinkOutcome.Reject(
          text(failure)
              + ". Raise the topic's max.message.bytes; beyond half of the sink's buffer also"
              + " max.request.size and buffer.memory in properties");
    }
    if (failure instanceof InvalidRecordException
        || failure instanceof InvalidTimestampException
        || failure instanceof UnsupportedForMessageFormatException
        || failure instanceof SerializationException) {
      return new SinkOutcome.Reject(text(failure));
    }
    if (failure instanceof ThrottlingQuotaExceededException quota) {
      return new SinkOutcome.Throttled(
          Duration.ofMillis(Math.max(0, quota.throttleTimeMs())), text(failure));
    }
    if (failure instanceof BufferExhaustedException) {
      return new SinkOutcome.Throttled(Duration.ZERO, text(failure));
    }
    if (isCollateral(failure)) {
      return SinkOutcome.NotTried.INSTANCE;
    }
    return new SinkOutcome.Retry(Duration.ZERO, text(failure));
  }

  /** Failed only because of others: in one batch with a bad record, or when the client was closed. */
  private static boolean isCollateral(Throwable failure) {
    if (failure instanceof ApiException) {
      return false;
    }
    String message = String.valueOf(failure.getMessage());
    return message.startsWith("Failed to append record because it was part of a batch")
        || message.startsWith("Producer is closed forcefully")
        || message.startsWith("Producer closed while send in progress")
        || message.startsWith("Cannot perform operation after producer has been closed");
  }

  private String text(Throwable failure) {
    return "topic "
        + config.topic()
        + ": "
        + ProducerProperties.hideSecrets(String.valueOf(failure.getMessage()), config);
  }

  /**
   * The failure of the sink as a whole, as the engine understands it.
   *
   * @param doing what was tried, for example {@code opening}
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
    String said = ProducerProperties.hideSecrets(textWithCause(cause), config);
    // A stack trace repeats the message: it goes too if the message held a secret.
    Throwable shown = tellsSecret(failure) ? null : failure;
    String fatal = adviceIfFatal(cause);
    if (fatal != null) {
      return ConnectorException.fatal(who + said + ". " + fatal, shown);
    }
    return ConnectorException.retry(
        who + said + (cause instanceof RetriableException ? ". " + UNREACHABLE : ""), shown);
  }

  private static final String UNREACHABLE =
      "It is tried again. If it lasts, check that the brokers run and can be reached from here"
          + " under the names they advertise, bootstrapServers, and security.protocol in"
          + " properties";

  private @Nullable String adviceIfFatal(Throwable cause) {
    if (cause instanceof AuthenticationException) {
      return "The broker does not accept who we are: check security.protocol, sasl.* and ssl.* in"
          + " properties";
    }
    if (cause instanceof AuthorizationException) {
      return "Allow WRITE and DESCRIBE on topic " + config.topic() + " to the user in properties";
    }
    if (cause instanceof InvalidTopicException) {
      return "Change topic";
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

  private static String textWithCause(Throwable cause) {
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
      if (!ProducerProperties.hideSecrets(text, config).equals(text)) {
        return true;
      }
    }
    return false;
  }
}
