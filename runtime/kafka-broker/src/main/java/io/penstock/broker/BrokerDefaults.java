package io.penstock.broker;

import java.util.Map;

/** The broker properties that make one small node, whatever it runs in. */
final class BrokerDefaults {

  static final String NODE_ID = "1";
  static final String CONTROLLER = "CONTROLLER";

  static final Map<String, String> PROPERTIES =
      Map.ofEntries(
          Map.entry("process.roles", "broker,controller"),
          Map.entry("node.id", NODE_ID),
          Map.entry(
              "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT"),
          Map.entry("controller.listener.names", CONTROLLER),
          // One node has one copy of everything.
          Map.entry("default.replication.factor", "1"),
          Map.entry("offsets.topic.replication.factor", "1"),
          Map.entry("transaction.state.log.replication.factor", "1"),
          Map.entry("transaction.state.log.min.isr", "1"),
          Map.entry("share.coordinator.state.topic.replication.factor", "1"),
          Map.entry("share.coordinator.state.topic.min.isr", "1"),
          // 50 partitions for each internal topic would cost seconds and files.
          Map.entry("offsets.topic.num.partitions", "1"),
          Map.entry("transaction.state.log.num.partitions", "1"),
          Map.entry("share.coordinator.state.topic.num.partitions", "1"),
          // The default sets 10 MiB aside for each index of each segment.
          Map.entry("log.index.size.max.bytes", "65536"),
          Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
          Map.entry("offsets.load.buffer.size", "65536"),
          // A topic made by a client's mistake hides the mistake.
          Map.entry("auto.create.topics.enable", "false"),
          // Deleted topics give their space back at once.
          Map.entry("log.segment.delete.delay.ms", "1000"),
          // Groups form and change without waiting for members who might come.
          Map.entry("group.initial.rebalance.delay.ms", "0"),
          Map.entry("broker.heartbeat.interval.ms", "100"),
          // A broker started again after a crash is refused until its old session is over (9 s).
          Map.entry("broker.session.timeout.ms", "2000"),
          Map.entry("group.consumer.min.heartbeat.interval.ms", "100"),
          Map.entry("group.consumer.heartbeat.interval.ms", "500"),
          Map.entry("group.share.min.heartbeat.interval.ms", "100"),
          Map.entry("group.share.heartbeat.interval.ms", "500"),
          // So low that a test can see a member's session expire.
          Map.entry("group.min.session.timeout.ms", "1000"),
          Map.entry("group.consumer.min.session.timeout.ms", "1000"),
          // There is no other broker to hand leadership to.
          Map.entry("controlled.shutdown.enable", "false"));

  private BrokerDefaults() {}
}
