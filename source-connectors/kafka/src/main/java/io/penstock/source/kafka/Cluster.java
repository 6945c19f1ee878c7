package io.penstock.source.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What a consumer doesn't tell: the identity of the cluster and of its topics. Names can be used
 * again, identities can't, so event ids are made of identities. Every call blocks for a bounded time.
 */
final class Cluster implements AutoCloseable {

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

  private final Admin admin;
  private final int timeoutMs;
  private final String id;
  private final int brokers;

  private Cluster(Admin admin, int timeoutMs, String id, int brokers) {
    this.admin = admin;
    this.timeoutMs = timeoutMs;
    this.id = id;
    this.brokers = brokers;
  }

  /**
   * Reaches the cluster.
   *
   * @param timeout how long this and each later call takes at most
   * @throws ExecutionException with the client's reason
   */
  static Cluster connect(Map<String, Object> properties, Duration timeout)
      throws ExecutionException {
    int timeoutMs = Math.toIntExact(timeout.toMillis());
    Admin admin = Admin.create(properties);
    try {
      DescribeClusterResult found =
          admin.describeCluster(new DescribeClusterOptions().timeoutMs(timeoutMs));
      int brokers = Math.max(1, await(found.nodes()).size());
      return new Cluster(admin, timeoutMs, await(found.clusterId()), brokers);
    } catch (ExecutionException | RuntimeException e) {
      admin.close(CLOSE_WAIT);
      throw e;
    }
  }

  /** The cluster's identity. */
  String id() {
    return id;
  }

  /** How many brokers it had when it was reached, at least 1. */
  int brokers() {
    return brokers;
  }

  /**
   * The identities of topics; those that don't exist are left out. Brokers before 2.8 know no
   * identities: the name stands for it then.
   *
   * @throws ExecutionException with the client's reason
   */
  Map<String, String> topicIds(Collection<String> topics) throws ExecutionException {
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin
            .describeTopics(
                TopicCollection.ofTopicNames(topics),
                new DescribeTopicsOptions().timeoutMs(timeoutMs))
            .topicNameValues();
    Map<String, String> ids = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : asked.entrySet()) {
      Optional<TopicDescription> found = existing(topic.getValue());
      found.ifPresent(
          described ->
              ids.put(
                  topic.getKey(),
                  described.topicId().equals(Uuid.ZERO_UUID)
                      ? topic.getKey()
                      : described.topicId().toString()));
    }
    return ids;
  }

  private static Optional<TopicDescription> existing(KafkaFuture<TopicDescription> asked)
      throws ExecutionException {
    try {
      return Optional.of(await(asked));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static <T> T await(KafkaFuture<T> asked) throws ExecutionException {
    try {
      return asked.get();
    } catch (InterruptedException e) {
      throw new InterruptException(e); // which restores the flag
    }
  }

  @Override
  public void close() {
    admin.close(CLOSE_WAIT);
  }
}
