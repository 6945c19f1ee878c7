package io.penstock.server.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every failpoint there is, and what makes a worker reach it. A new one must be named here, and is
 * then killed at.
 */
enum Failpoint {
  BEFORE_INVOKE(When.CARRYING, 7),
  AFTER_INVOKE(When.CARRYING, 7),
  BEFORE_DELIVER(When.CARRYING, 7),
  KAFKA_BEFORE_SEND(When.CARRYING, 7),
  KAFKA_AFTER_SEND(When.CARRYING, 7),
  BEFORE_SETTLE(When.CARRYING, 7),
  BEFORE_DEAD_LETTER(When.CARRYING, 5),
  AFTER_DEAD_LETTER(When.CARRYING, 5),
  BEFORE_COMMIT(When.CARRYING, 3),
  KAFKA_BEFORE_COMMIT(When.CARRYING, 3),
  AFTER_COMMIT(When.CARRYING, 3),
  KAFKA_AFTER_COMMIT(When.CARRYING, 3),

  BEFORE_REVOKE_ANSWER(When.LETTING_GO),
  KAFKA_BEFORE_REVOKE_COMMIT(When.LETTING_GO),
  KAFKA_AFTER_REVOKE_COMMIT(When.LETTING_GO),

  STATE_BEFORE_COMMIT(When.PAUSED),
  STATE_AFTER_COMMIT(When.PAUSED),

  GENERATE_BEFORE_COMMIT(When.GENERATING, 3),
  GENERATE_AFTER_COMMIT(When.GENERATING, 3),
  FILE_AFTER_WRITE(When.GENERATING, 4),
  FILE_AFTER_FORCE(When.GENERATING, 4),

  INGEST_BEFORE_WRITE(When.RECEIVING, 7),
  INGEST_BEFORE_SYNC(When.RECEIVING, 7),
  INGEST_BEFORE_ANSWER(When.RECEIVING, 7),
  INGEST_AFTER_ROLL(When.RECEIVING, 3),
  HTTP_BEFORE_COMMIT(When.RECEIVING, 3),
  HTTP_AFTER_COMMIT(When.RECEIVING, 3),

  LINES_BEFORE_COMMIT(When.FOLLOWING, 3),
  LINES_AFTER_COMMIT(When.FOLLOWING, 3),

  CONNECT_BEFORE_OFFSETS(When.HOSTING, 3),
  CONNECT_AFTER_OFFSETS(When.HOSTING, 3),

  ROCKETMQ_BEFORE_SEND(When.CARRYING_ROCKETMQ, 3),
  ROCKETMQ_AFTER_SEND(When.CARRYING_ROCKETMQ, 3),
  ROCKETMQ_BEFORE_COMMIT(When.CARRYING_ROCKETMQ, 3),
  ROCKETMQ_AFTER_COMMIT(When.CARRYING_ROCKETMQ, 3),
  ROCKETMQ_BEFORE_REVOKE_COMMIT(When.LETTING_GO_ROCKETMQ),
  ROCKETMQ_AFTER_REVOKE_COMMIT(When.LETTING_GO_ROCKETMQ),

  BEFORE_QUEUE_SETTLE(When.QUEUING, 3),
  AFTER_QUEUE_SETTLE(When.QUEUING, 3),

  TASKS_BEFORE_START(When.RUNNING_TASKS),
  TASKS_AFTER_START(When.RUNNING_TASKS),
  TASKS_BEFORE_SETTLE(When.RUNNING_TASKS),
  TASKS_BEFORE_COMMIT(When.RUNNING_TASKS),
  TASKS_AFTER_COMMIT(When.RUNNING_TASKS),
  TASKS_BEFORE_REPORT(When.STOPPING_TASKS);

  /** What makes a worker reach a failpoint. */
  enum When {
    /** Events go through. */
    CARRYING,
    /** Partitions are given up, as in a stop. */
    LETTING_GO,
    /** A connector is paused. */
    PAUSED,
    /** Events go from {@code generate} to a file. */
    GENERATING,
    /** Events are sent over HTTP, and go to a file. */
    RECEIVING,
    /** A file is followed. */
    FOLLOWING,
    /** A plugin of Kafka Connect is hosted. */
    HOSTING,
    /** Messages go through, queue by queue. */
    CARRYING_ROCKETMQ,
    /** Queues are given up, as in a stop. */
    LETTING_GO_ROCKETMQ,
    /** Messages go through, taken one by one. */
    QUEUING,
    /** Tasks are handed in and run. The source's own tests kill it there. */
    RUNNING_TASKS,
    /** A task is stopped, and sinks are to be told. */
    STOPPING_TASKS
  }

  private static final Pattern REACHED = Pattern.compile("\\.reached\\(\\s*\"([^\"]+)\"");

  private final When when;
  private final int magnitude;

  Failpoint(When when) {
    this(when, 1);
  }

  Failpoint(When when, int magnitude) {
    this.when = when;
    this.magnitude = magnitude;
  }

  /** When it is reached for the so manieth time a worker may die there: soon, or late. */
  int someHit(SplittableRandom random) {
    return 1 + random.nextInt(1 << random.nextInt(magnitude));
  }

  /** As the code has it. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Stream<Failpoint> of(When when) {
    return Arrays.stream(values()).filter(failpoint -> failpoint.when == when);
  }

  static Set<String> ids() {
    return Arrays.stream(values())
        .map(Failpoint::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Those that the main code of all modules of the worker names. */
  static Set<String> inTheSources() throws IOException {
    Path root = root();
    Set<String> found = new TreeSet<>();
    for (String modules : new String[] {"runtime", "source-connectors", "sink-connectors"}) {
      try (Stream<Path> files = Files.walk(root.resolve(modules))) {
        for (Path file : files.filter(Failpoint::isMainCode).toList()) {
          REACHED.matcher(Files.readString(file)).results().map(m -> group(m)).forEach(found::add);
        }
      }
    }
    return found;
  }

  private static String group(MatchResult match) {
    return match.group(1);
  }

  /** The test kit's simulation has failpoints of its own, and kills at them itself. */
  private static boolean isMainCode(Path file) {
    String path = file.toString().replace('\\', '/');
    return path.endsWith(".java")
        && path.contains("/src/main/java/")
        && !path.contains("/runtime/testkit/");
  }

  /** The repository. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("source-connectors"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new AssertionError("not run inside the repository: " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }
}
