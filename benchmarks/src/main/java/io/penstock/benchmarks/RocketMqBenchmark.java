package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.ArmSettings;
import io.penstock.benchmarks.arm.BarePushArm;
import io.penstock.benchmarks.arm.BareSimpleArm;
import io.penstock.benchmarks.arm.PenstockRocketMqArm;
import io.penstock.benchmarks.arm.Work;
import io.penstock.broker.rocketmq.RocketMqCluster.GroupOrder;
import io.penstock.broker.rocketmq.RocketMqOptions;
import io.penstock.broker.rocketmq.RocketMqProcess;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * As many events a second as each arm can, from a full topic to another, in both forms: queue by
 * queue beside the bare push consumer, and message by message beside the bare simple consumer.
 * Measured by {@link Throughput}.
 */
final class RocketMqBenchmark implements Benchmark {

  private static final String INPUT = "in";
  private static final String ENDPOINTS = "endpoints";
  private static final int MAX_RETRIES = 16;

  private static final Map<String, String> PENSTOCK = Map.of("batch", "500");
  private static final Map<String, String> BOUNDED =
      Map.of("batch", "500", "function.max", "4", "sink.max", "16");

  private static final List<ArmSpec> LOG =
      List.of(
          new ArmSpec(ArmSpec.BARE, BarePushArm.class, ArmSpec.Order.NONE, Map.of()),
          new ArmSpec("bare-control", BarePushArm.class, ArmSpec.Order.NONE, Map.of()),
          new ArmSpec("penstock", PenstockRocketMqArm.class, ArmSpec.Order.KEY, PENSTOCK),
          new ArmSpec(
              "penstock-none",
              PenstockRocketMqArm.class,
              ArmSpec.Order.NONE,
              Machine.with(PENSTOCK, "order", "NONE")),
          new ArmSpec(
              "penstock-plain",
              PenstockRocketMqArm.class,
              ArmSpec.Order.KEY,
              Machine.with(BOUNDED, "mode", "plain")));

  private static final List<ArmSpec> QUEUE =
      List.of(
          new ArmSpec(ArmSpec.BARE, BareSimpleArm.class, ArmSpec.Order.NONE, Map.of()),
          new ArmSpec("simple-control", BareSimpleArm.class, ArmSpec.Order.NONE, Map.of()),
          new ArmSpec(
              "penstock-queue",
              PenstockRocketMqArm.class,
              ArmSpec.Order.NONE,
              Machine.with(PENSTOCK, "order", "NONE")));

  private record Scale(long logEvents, long queueEvents, int rounds) {
    static final Scale FULL = new Scale(900_000, 150_000, 3);
    static final Scale QUICK = new Scale(300_000, 50_000, 2);
  }

  @Override
  public List<String> arms() {
    return Stream.concat(LOG.stream(), QUEUE.stream()).map(ArmSpec::name).distinct().toList();
  }

  @Override
  public void run(Effort effort, Set<String> arms) {
    Scale scale = effort == Effort.QUICK ? Scale.QUICK : Scale.FULL;
    run("rocketmq", LOG, arms, scale.logEvents(), scale.rounds());
    run("rocketmq-queue", QUEUE, arms, scale.queueEvents(), scale.rounds());
  }

  /** A form has servers of its own: what one has left behind is not the other's. */
  private static void run(
      String name, List<ArmSpec> all, Set<String> wanted, long events, int rounds) {
    List<ArmSpec> arms = all.stream().filter(arm -> wanted.contains(arm.name())).toList();
    if (arms.size() == 1 && wanted.size() > 1) {
      return; // nothing but the bare loop is wanted of this form
    }
    long total = events + events / 2;
    try (RocketMqProcess cluster = RocketMqProcess.start(options());
        RocketMqTopics topics = new RocketMqTopics(cluster)) {
      Rounds.progress("%s: writing %,d events ...", name, total);
      topics.create(INPUT);
      topics.fill(INPUT, total);
      Rounds.progress("%s: warming the servers up with a run that does not count ...", name);
      measure(cluster, topics, all.get(0), "warm-up", events);
      Report report =
          Rounds.run(name, arms, rounds, (arm, run) -> measure(cluster, topics, arm, run, events));
      report.print(System.out, footer(events, rounds));
    }
  }

  private static RocketMqOptions options() {
    RocketMqOptions options =
        RocketMqOptions.defaults()
            .withMaxHeap("1g")
            .withBrokerProperty("mappedFileSizeCommitLog", Integer.toString(256 << 20))
            .withBrokerProperty("mappedFileSizeConsumeQueue", "6000000");
    return Machine.broker().parentDirectory() == null
        ? options
        : options.withParentDirectory(Machine.broker().parentDirectory());
  }

  private static Figures measure(
      RocketMqProcess cluster, RocketMqTopics topics, ArmSpec arm, String run, long events) {
    long warmUp = events / 2;
    long total = warmUp + events;
    String output = "out-" + arm.name() + "-" + run;
    String group = "group-" + arm.name() + "-" + run;
    boolean isQueue = QUEUE.contains(arm);
    ArmSettings settings =
        new ArmSettings(
            cluster.nameServer(),
            INPUT,
            output,
            group,
            Map.of(),
            Map.of(),
            isQueue ? Machine.with(arm.options(), ENDPOINTS, cluster.endpoints()) : arm.options());
    topics.create(output);
    cluster.createGroup(group, GroupOrder.CONCURRENT, MAX_RETRIES);
    Figures figures =
        new Throughput(warmUp, total, cluster.pid())
            .measure(arm, settings, () -> topics.written(output));
    topics.check(output, arm, total);
    return figures;
  }

  private static List<String> footer(long events, int rounds) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%,d events of %d bytes in %,d message groups and %d queues after %,d of warm-up that"
                + " do not count, %d rounds.",
            events,
            Work.VALUE_BYTES,
            RocketMqTopics.GROUPS,
            RocketMqTopics.QUEUES,
            events / 2,
            rounds),
        "Medians of the rounds; ratios are medians of each round's ratio to its bare loop;"
            + " a control is the bare loop once more: what it is off by is noise.",
        "Counted at the output topic. CPU is the client process alone, user and system.",
        "Of every run the whole output was read: each event once, the function applied, message"
            + " groups in sequence for penstock and penstock-plain.",
        "Bare: the push consumer with 20 threads and batches of 32, or the simple consumer in 8"
            + " threads with 32 at once; results go out as one batch each, with key and message"
            + " group but to any queue.",
        "Penstock: " + Machine.text(PENSTOCK) + "; plain: " + Machine.text(BOUNDED) + ".",
        "Each arm in a JVM of its own ("
            + String.join(" ", ArmProcess.JVM)
            + "), the servers in another. "
            + Machine.describe());
  }
}
