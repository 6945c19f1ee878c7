package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.ArmSettings;
import io.penstock.benchmarks.arm.BareArm;
import io.penstock.benchmarks.arm.PenstockArm;
import io.penstock.benchmarks.arm.Work;
import io.penstock.broker.BrokerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * How long an event takes from when it was due to when its result can be read, at a rate that every
 * arm keeps up with.
 *
 * <p>All arms stay up and get the load in turns of a few seconds: the worst hundredth depends on
 * what else the machine does just then, and short turns spread that over all.
 */
final class LatencyBenchmark implements Benchmark {

  private static final int EVENTS_PER_SECOND = 1_000;

  private static final Map<String, String> CONSUMER = Map.of();

  private static final Map<String, String> PRODUCER =
      Map.of(
          "acks", "all",
          "enable.idempotence", "true",
          "compression.type", "none",
          "linger.ms", "0");

  private static final List<ArmSpec> ARMS =
      List.of(
          new ArmSpec(ArmSpec.BARE, BareArm.class, ArmSpec.Order.KEY, Map.of()),
          new ArmSpec("bare-control", BareArm.class, ArmSpec.Order.KEY, Map.of()),
          new ArmSpec("penstock", PenstockArm.class, ArmSpec.Order.KEY, Map.of()));

  private record Scale(int eventsPerTurn, int rounds, int warmUp) {
    static final Scale FULL = new Scale(5_000, 20, 40_000);
    static final Scale QUICK = new Scale(3_000, 8, 25_000);

    int total() {
      return warmUp + rounds * eventsPerTurn;
    }
  }

  @Override
  public List<String> arms() {
    return ARMS.stream().map(ArmSpec::name).toList();
  }

  @Override
  public void run(Effort effort, Set<String> arms) {
    Scale scale = effort == Effort.QUICK ? Scale.QUICK : Scale.FULL;
    Report report;
    try (BrokerProcess broker = BrokerProcess.start(Machine.broker());
        Topics topics = new Topics(broker.bootstrapServers())) {
      Map<ArmSpec, LatencyRun> runs = new LinkedHashMap<>();
      try {
        for (ArmSpec arm : ARMS) {
          if (arms.contains(arm.name())) {
            runs.put(arm, start(broker, topics, arm, scale));
          }
        }
        List<LatencyRun> all = List.copyOf(runs.values());
        Rounds.progress("Warming up with %,d events for each arm ...", scale.warmUp());
        LatencyRun.send(all, scale.warmUp(), EVENTS_PER_SECOND);
        report =
            Rounds.run(
                "latency",
                List.copyOf(runs.keySet()),
                scale.rounds(),
                (arm, name) -> {
                  LatencyRun run = Objects.requireNonNull(runs.get(arm));
                  return run.measure(
                      scale.eventsPerTurn(), EVENTS_PER_SECOND, clock(run, all, broker.pid()));
                });
        Rounds.progress("Checking every output ...");
        for (LatencyRun run : all) {
          run.endAndCheck(broker.bootstrapServers(), topics);
        }
      } finally {
        runs.values().forEach(LatencyRun::close);
      }
    }
    report.print(System.out, footer(scale));
  }

  private static LatencyRun start(BrokerProcess broker, Topics topics, ArmSpec arm, Scale scale) {
    ArmSettings settings =
        new ArmSettings(
            broker.bootstrapServers(),
            "in-" + arm.name(),
            "out-" + arm.name(),
            "group-" + arm.name(),
            CONSUMER,
            PRODUCER,
            arm.options());
    topics.create(settings.input());
    topics.create(settings.output());
    return new LatencyRun(arm, settings, scale.total());
  }

  private static CpuClock clock(LatencyRun run, List<LatencyRun> all, long broker) {
    List<Long> helpers = new ArrayList<>();
    helpers.add(broker);
    all.stream().filter(other -> other != run).map(LatencyRun::pid).forEach(helpers::add);
    return new CpuClock(run.pid(), helpers);
  }

  private static List<String> footer(Scale scale) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%,d events/s of %d bytes in %d partitions; %d turns of %d s for each arm, after %,d events of warm-up that do not count.",
            EVENTS_PER_SECOND,
            Work.VALUE_BYTES,
            Topics.PARTITIONS,
            scale.rounds(),
            Duration.ofSeconds(scale.eventsPerTurn() / EVENTS_PER_SECOND).toSeconds(),
            scale.warmUp()),
        "From when an event was due, whether or not it was sent late, to when an independent"
            + " consumer of the output topic had its result. Every figure is the median of the turns.",
        "bare-control is the bare loop once more: what it is off by is noise.",
        "Other load is what processes that are no part of this had of all cores, at its highest:"
            + " with more than a few percent of it the figures say little.",
        "Of every arm the whole output was read: each event once, the function applied, keys in"
            + " sequence, positions committed to the end.",
        "Consumers: Kafka's defaults. Producers: " + Machine.text(PRODUCER) + ".",
        "Each arm in a JVM of its own ("
            + String.join(" ", ArmProcess.JVM)
            + "), idle when it is"
            + " not its turn; the broker in another, load and readers in one. "
            + Machine.describe());
  }
}
