package io.penstock.source.rocketmq;

import java.util.Optional;

/**
 * What the events of one topic, or of one queue of it, have in common. Immutable.
 *
 * @param topic the topic's name
 * @param queue the queue, as broker and number; empty if it isn't known
 * @param source the events' source, {@code rocketmq://NAMESPACE/TOPIC}
 */
record Origin(String topic, Optional<String> queue, String source) {

  static Origin of(Optional<String> namespace, String topic, Optional<String> queue) {
    // The '%' and '|' of retry topics have no place in a URI.
    String path = topic.replace("%", "%25").replace("|", "%7C");
    return new Origin(topic, queue, "rocketmq://" + namespace.orElse("") + "/" + path);
  }
}
