package io.penstock.sink.kafka;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.SinkOutcome;
import io.penstock.kafka.ClientFailures;
import java.time.Duration;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.jspecify.annotations.Nullable;

/** Says what a failure of the client means for the sink, or for a record. */
final class KafkaFailures {

  private final KafkaSinkConfig config;
  private final ClientFailures clients;

  KafkaFailures(KafkaSinkConfig config) {
    this.config = config;
    this.clients =
        new ClientFailures(
            config.bootstrapServers(),
            text -> ProducerProperties.hideSecrets(text, config),
            this::advice);
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
    return clients.translate(doing, failure);
  }

  private @Nullable String advice(Throwable cause) {
    if (cause instanceof AuthorizationException) {
      return "Allow WRITE and DESCRIBE on topic " + config.topic() + " to the user in properties";
    }
    return cause instanceof InvalidTopicException ? "Change topic" : null;
  }
}
