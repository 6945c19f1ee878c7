package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.ArmSettings;
import io.penstock.benchmarks.arm.BareArm;
import io.penstock.benchmarks.arm.ParallelConsumerArm;
import io.penstock.benchmarks.arm.PenstockArm;
import io.penstock.benchmarks.arm.StreamsArm;
import io.penstock.benchmarks.arm.Work;
import io.penstock.broker.BrokerProcess;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * As many events a second as each arm can, from a full topic to another. Measured by {@link
 * Throughput}.
 */
final class KafkaBenchmark implements Benchmark {

  private static final String INPUT = "in";

  /** The broker's JVM is cold at first too; its throughput grows by half over so many events. */
  private static final long BROKER_WARM_UP = 5_000_000;

  /** Of every arm's clients; Kafka's defaults where nothing is said. */
  private static final Map<String, String> CONSUMER = Map.of("max.poll.records", "5000");

  private static final Map<String, String> PRODUCER =
      Map.of(
          "acks", "all",
          "enable.idempotence", "true",
          "compression.type", "none",
          "linger.ms", "5",
          "batch.size", "131072",
          "buffer.memory", "67108864");

  /**
   * The best for both orders of batches of 100, 500, 1,000 and 2,000 by 4, 16 and 100 threads.
   * Without batches each thread waits for every single result's acknowledgement: 3,000 events/s.
   */
  private static final Map<String, String> PARALLEL =
      Map.of("batchSize", "500", "maxConcurrency", "16");

  /** Larger batches than the default, as the other arms have them. */
  private static final Map<String, String> PENSTOCK = Map.of("batch", "500");

  /** What a function that computes, on two cores, can use: what the gate finds must not be worse. */
  private static final Map<String, String> BOUNDED =
      Map.of("batch", "500", "function.max", "4", "sink.max", "16");

  /** The order of a round; the next round goes the other way. */
  private static final List<ArmSpec> ARMS =
      List.of(
          new ArmSpec(ArmSpec.BARE, BareArm.class, ArmSpec.Order.KEY, Map.of()),
          new ArmSpec("bare-control", BareArm.class, ArmSpec.Order.KEY, Map.of()),
          new ArmSpec("penstock", PenstockArm.class, ArmSpec.Order.KEY, PENSTOCK),
          new ArmSpec(
              "penstock-none",
              PenstockArm.class,
              ArmSpec.Order.NONE,
              Machine.with(PENSTOCK, "order", "NONE")),
          new ArmSpec("penstock-bounded", PenstockArm.class, ArmSpec.Order.KEY, BOUNDED),
          new ArmSpec(
              "penstock-plain",
              PenstockArm.class,
              ArmSpec.Order.KEY,
              Machine.with(BOUNDED, "mode", "plain")),
          new ArmSpec("streams", StreamsArm.class, ArmSpec.Order.KEY, Map.of()),
          new ArmSpec(
              "parallel-unordered",
              ParallelConsumerArm.class,
              ArmSpec.Order.NONE,
              Machine.with(PARALLEL, "order", "unordered")),
          new ArmSpec(
              "parallel-key",
              ParallelConsumerArm.class,
              ArmSpec.Order.KEY,
              Machine.with(PARALLEL, "order", "key")));

  private record Scale(long events, long warmUp, int rounds) {
    static final Scale FULL = new Scale(2_000_000, 2_000_000, 3);
    static final Scale QUICK = new Scale(600_000, 300_000, 2);
  }

  @Override
  public List<String> arms() {
    return ARMS.stream().map(ArmSpec::name).toList();
  }

  @Override
  public void run(Effort effort, Set<String> arms) {
    Scale scale = effort == Effort.QUICK ? Scale.QUICK : Scale.FULL;
    long total = scale.warmUp() + scale.events();
    Report report;
    try (BrokerProcess broker = BrokerProcess.start(Machine.broker());
        Topics topics = new Topics(broker.bootstrapServers())) {
      Rounds.progress("Writing %,d events ...", total);
      topics.create(INPUT);
      Topics.fill(broker.bootstrapServers(), INPUT, total);
      Rounds.progress(
          "Warming the broker up with %,d events that do not count ...", BROKER_WARM_UP);
      for (int i = 0; i * total < BROKER_WARM_UP; i++) {
        measure(broker, topics, ARMS.get(0), "warm-up-" + i, scale);
      }
      report =
          Rounds.run(
              "kafka",
              ARMS.stream().filter(arm -> arms.contains(arm.name())).toList(),
              scale.rounds(),
              (arm, run) -> measure(broker, topics, arm, run, scale));
    }
    report.print(System.out, footer(scale));
  }

  private static Figures measure(
      BrokerProcess broker, Topics topics, ArmSpec arm, String run, Scale scale) {
    long total = scale.warmUp() + scale.events();
    String output = "out-" + arm.name() + "-" + run;
    ArmSettings settings =
        new ArmSettings(
            broker.bootstrapServers(),
            INPUT,
            output,
            "group-" + arm.name() + "-" + run,
            CONSUMER,
            PRODUCER,
            arm.options());
    topics.create(output);
    Figures figures =
        new Throughput(scale.warmUp(), total, broker.pid())
            .measure(arm, settings, () -> topics.written(output));
    topics.check(arm, settings, total);
    OutputCheck.check(broker.bootstrapServers(), output, arm, total);
    topics.delete(output);
    return figures;
  }

  private static List<String> footer(Scale scale) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%,d events of %d bytes with %,d keys in %d partitions after %,d of warm-up that do not count, %d rounds.",
            scale.events(),
            Work.VALUE_BYTES,
            Topics.KEYS,
            Topics.PARTITIONS,
            scale.warmUp(),
            scale.rounds()),
        "Medians of the rounds; ratios are medians of each round's ratio to its bare loop;"
            + " bare-control is the bare loop once more: what it is off by is noise.",
        "Counted at the output topic. CPU is the client process alone, user and system, between"
            + " the warm-up's last result and the last result: the JVM's start is not in it.",
        "Other load is what processes that are no part of this had of all cores, at its highest:"
            + " with more than a few percent of it the figures say little.",
        "Of every run the whole output was read: each event once, the function applied, keys in"
            + " sequence (not for unordered), positions committed to the end.",
        "Consumers: " + Machine.text(CONSUMER) + ". Producers: " + Machine.text(PRODUCER) + ".",
        "Penstock: "
            + Machine.text(PENSTOCK)
            + "; bounded and plain: "
            + Machine.text(BOUNDED)
            + ".",
        "Parallel consumer: "
            + Machine.text(PARALLEL)
            + ". Bare loop: flush and commitSync a poll.",
        "Each arm in a JVM of its own ("
            + String.join(" ", ArmProcess.JVM)
            + "), the broker in"
            + " another. "
            + Machine.describe());
  }
}
