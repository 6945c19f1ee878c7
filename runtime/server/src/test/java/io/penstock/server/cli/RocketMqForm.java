package io.penstock.server.cli;

import io.penstock.broker.rocketmq.RocketMqCluster;
import io.penstock.broker.rocketmq.RocketMqCluster.GroupOrder;

/** The two forms of the source, as their settings have them. */
enum RocketMqForm {
  LOG,
  QUEUE;

  /** So few that an event which is put back now and then goes to the group's dead letters. */
  private static final int MAX_RETRIES = 2;

  /** The source of a topic, with a group of the same name. */
  String source(RocketMqCluster cluster, String topic) {
    cluster.createGroup(topic, GroupOrder.CONCURRENT, MAX_RETRIES);
    return this == LOG
        ? """
          "source": { "type": "rocketmq", "nameServer": "%s", "topics": ["%s"], "group": "%s" }\
          """
            .formatted(cluster.nameServer(), topic, topic)
        : """
          "source": { "type": "rocketmq", "mode": "queue", "endpoints": "%s", "topics": ["%s"],
                      "group": "%s", "invisibleDuration": "2s", "maxDeliveries": %d }\
          """
            .formatted(cluster.endpoints(), topic, topic, MAX_RETRIES + 1);
  }
}
