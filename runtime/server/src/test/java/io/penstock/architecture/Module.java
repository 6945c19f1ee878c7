package io.penstock.architecture;

import java.util.List;
import java.util.Set;

/**
 * One module as the architecture sees it: told apart by its package, with the arrows that may leave
 * it.
 *
 * @param packageName the module's root package, below the packages' common root
 * @param mayUse packages of the modules that it may use; itself is always allowed
 * @param atLeast the number of its classes that a scan must find, so that no rule passes on nothing
 */
record Module(String packageName, Set<String> mayUse, int atLeast) {

  /**
   * The arrows of the design, and no others. What a module may use is written in full: an arrow to
   * {@code connector} does not imply the one to {@code functions}.
   */
  static final List<Module> ALL =
      List.of(
          new Module("functions", Set.of(), 10),
          new Module("connector", Set.of("functions"), 30),
          new Module("cloudevents", Set.of("connector", "functions"), 6),
          new Module("engine", Set.of("connector", "functions"), 40),
          // Outgoing HTTP, for what calls endpoints.
          new Module("httpclient", Set.of("connector", "functions", "cloudevents"), 20),
          // The clients of Kafka, for its source and its sink.
          new Module("kafka", Set.of("connector"), 3),
          // The client of RocketMQ, for its source and its sink.
          new Module("rocketmq", Set.of("connector", "functions"), 6),
          new Module("invoker", Set.of("connector", "functions", "httpclient"), 20),
          new Module("storage", Set.of("connector", "functions"), 15),
          new Module("connect", Set.of("connector", "functions"), 25),
          // Server: everything of the runtime, but no connector: it finds those by ServiceLoader.
          new Module(
              "server",
              Set.of(
                  "connector",
                  "functions",
                  "engine",
                  "invoker",
                  "storage",
                  "connect",
                  "broker",
                  "postgres"),
              40),
          new Module("source.generate", Set.of("connector", "functions"), 9),
          new Module("source.file", Set.of("connector", "functions", "cloudevents"), 12),
          new Module("source.http", Set.of("connector", "functions", "cloudevents"), 20),
          new Module("source.kafka", Set.of("connector", "functions", "cloudevents", "kafka"), 20),
          new Module("source.tasks", Set.of("connector", "functions"), 75),
          new Module(
              "source.rocketmq", Set.of("connector", "functions", "cloudevents", "rocketmq"), 20),
          new Module("source.cdc", Set.of("connector", "connect"), 8),
          new Module("source.connect", Set.of("connector", "connect"), 2),
          new Module("sink.connect", Set.of("connector", "connect"), 2),
          new Module("sink.file", Set.of("connector", "functions", "cloudevents"), 7),
          new Module("sink.kafka", Set.of("connector", "functions", "cloudevents", "kafka"), 15),
          new Module(
              "sink.rocketmq", Set.of("connector", "functions", "cloudevents", "rocketmq"), 10),
          new Module(
              "sink.webhook", Set.of("connector", "functions", "cloudevents", "httpclient"), 7),
          new Module("examples", Set.of("functions"), 4),
          // For tests and the demo only.
          new Module("testing", Set.of("connector", "functions", "invoker"), 4),
          new Module("testkit", Set.of("connector", "functions", "engine"), 20),
          new Module("broker", Set.of(), 10),
          new Module("postgres", Set.of("broker"), 4),
          new Module("mariadb", Set.of(), 2));

  /** A pattern for ArchUnit: the module's package under {@code root} and all below it. */
  String pattern(String root) {
    return pattern(root, packageName);
  }

  static String pattern(String root, String packageName) {
    return root + "." + packageName + "..";
  }
}
