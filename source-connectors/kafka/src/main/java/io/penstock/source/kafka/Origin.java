package io.penstock.source.kafka;

/**
 * What the events of one partition have in common. Immutable.
 *
 * @param topic the topic's name
 * @param partition the partition's number, as text
 * @param source the events' source, {@code kafka://CLUSTER/TOPIC}
 * @param idPrefix what an event's id begins with; the offset follows
 */
record Origin(String topic, String partition, String source, String idPrefix) {

  static Origin of(String clusterId, String topicId, String topic, int partition) {
    return new Origin(
        topic,
        Integer.toString(partition),
        "kafka://" + clusterId + "/" + topic,
        clusterId + "/" + topicId + "/" + partition + "/");
  }
}
