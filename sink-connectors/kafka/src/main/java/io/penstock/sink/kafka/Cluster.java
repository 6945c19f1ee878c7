package io.penstock.sink.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Looks at the cluster before the first record, since a producer waits for a topic in silence. */
final class Cluster {

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

  private Cluster() {}

  /**
   * Whether the topic exists.
   *
   * @throws ExecutionException with the client's reason if that can't be found out
   */
  static boolean hasTopic(KafkaSinkConfig config, String connector) throws ExecutionException {
    Map<String, Object> properties = ProducerProperties.admin(config, connector);
    Admin admin = Admin.create(properties);
    try {
      admin
          .describeTopics(
              List.of(config.topic()),
              new DescribeTopicsOptions().timeoutMs(ProducerProperties.maxBlockMs(config)))
          .allTopicNames()
          .get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw e;
    } catch (InterruptedException e) {
      throw new InterruptException(e); // which restores the flag
    } finally {
      admin.close(CLOSE_WAIT);
    }
  }
}
