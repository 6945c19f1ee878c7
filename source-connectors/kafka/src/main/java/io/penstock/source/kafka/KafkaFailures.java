package io.penstock.source.kafka;

import io.penstock.kafka.ClientFailures;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.jspecify.annotations.Nullable;

/** What failures of consumers mean. */
final class KafkaFailures {

  private KafkaFailures() {}

  /** For the clients of a source. */
  static ClientFailures of(KafkaSourceConfig config) {
    return new ClientFailures(
        config.bootstrapServers(),
        text -> ConsumerProperties.hideSecrets(text, config),
        KafkaFailures::advice);
  }

  private static @Nullable String advice(Throwable cause) {
    if (cause instanceof TopicAuthorizationException topics) {
      return "Allow READ and DESCRIBE on the topics " + topics.unauthorizedTopics();
    }
    if (cause instanceof GroupAuthorizationException group) {
      return "Allow READ on the consumer group '" + group.groupId() + "'";
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
    return null;
  }
}
