package io.penstock.source.rocketmq;

import java.util.Optional;
import org.apache.rocketmq.remoting.protocol.NamespaceUtil;

/**
 * What the events of one topic, or of one queue of it, have in common. Immutable.
 *
 * @param topic the topic's name, without its namespace
 * @param queue the queue, as broker and number; empty if it isn't known
 * @param source the events' source, {@code rocketmq://NAMESPACE/TOPIC}
 */
record Origin(String topic, Optional<String> queue, String source) {

  static Origin of(Optional<String> namespace, String topic, Optional<String> queue) {
    String name = NamespaceUtil.withoutNamespace(topic, namespace.orElse(null));
    // The '%' and '|' of retry topics have no place in a URI.
    String path = name.replace("%", "%25").replace("|", "%7C");
    return new Origin(name, queue, "rocketmq://" + namespace.orElse("") + "/" + path);
  }
}
