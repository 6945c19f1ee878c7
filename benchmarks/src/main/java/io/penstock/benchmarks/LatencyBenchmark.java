package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.ArmSettings;
import io.penstock.benchmarks.arm.BareArm;
import io.penstock.benchmarks.arm.Work;
import io.penstock.broker.BrokerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * How long an event takes from when it was due to when its result can be read, at a rate that every
 * arm keeps up with.
 */
final class LatencyBenchmark implements Benchmark {

  private static final int EVENTS_PER_SECOND = 1_000;
  private static final Duration ARM_LIMIT = Duration.ofMinutes(3);

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
          new ArmSpec("bare-control", BareArm.class, ArmSpec.Order.KEY, Map.of()));

  private record Scale(int events, int warmUp, int rounds) {
    static final Scale FULL = new Scale(30_000, 15_000, 3);
    static final Scale QUICK = new Scale(10_000, 8_000, 2);
  }

  @Override
  public void run(Effort effort) {
    Scale scale = effort == Effort.QUICK ? Scale.QUICK : Scale.FULL;
    Report report;
    try (BrokerProcess broker = BrokerProcess.start(Machine.broker());
        Topics topics = new Topics(broker.bootstrapServers())) {
      Rounds.progress("Warming the broker up with one run that does not count ...");
      measure(broker, topics, ARMS.get(0), "warm-up", Scale.QUICK);
      report =
          Rounds.run(
              "latency",
              ARMS,
              scale.rounds(),
              (arm, run) -> measure(broker, topics, arm, run, scale));
    }
    report.print(System.out, footer(scale));
  }

  private static Figures measure(
      BrokerProcess broker, Topics topics, ArmSpec arm, String run, Scale scale) {
    String input = "in-" + arm.name() + "-" + run;
    String output = "out-" + arm.name() + "-" + run;
    ArmSettings settings =
        new ArmSettings(
            broker.bootstrapServers(),
            input,
            output,
            "group-" + arm.name() + "-" + run,
            CONSUMER,
            PRODUCER,
            arm.options());
    topics.create(input);
    topics.create(output);
    int total = scale.warmUp() + scale.events();
    Figures figures;
    try (ArmProcess process = ArmProcess.launch(arm, settings);
        SteadyLoad load =
            new SteadyLoad(broker.bootstrapServers(), input, EVENTS_PER_SECOND, total);
        ResultReader results = new ResultReader(broker.bootstrapServers(), output, total)) {
      results.start();
      load.start();
      long deadlineNs = System.nanoTime() + ARM_LIMIT.toNanos();
      await(results, process, scale.warmUp(), deadlineNs);
      long startNs = System.nanoTime();
      int before = results.read();
      Duration startCpu = process.cpu();
      await(results, process, total, deadlineNs);
      long endNs = System.nanoTime();
      Duration endCpu = process.cpu();
      load.throwIfFailed();
      figures =
          new Figures(
              total - before,
              (endNs - startNs) / 1e9,
              endCpu.minus(startCpu).toNanos() / 1e9,
              process.peakRssBytes(),
              results.latency(scale.warmUp()));
      process.end();
    }
    OutputCheck.check(broker.bootstrapServers(), output, arm, total);
    topics.delete(input);
    topics.delete(output);
    return figures;
  }

  private static void await(ResultReader results, ArmProcess process, int wanted, long deadlineNs) {
    while (results.read() < wanted) {
      process.checkAlive();
      results.throwIfFailed();
      if (System.nanoTime() > deadlineNs) {
        throw new BenchmarkException(
            "Only "
                + results.read()
                + " of "
                + wanted
                + " results came within "
                + ARM_LIMIT.toSeconds()
                + " s.");
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  private static List<String> footer(Scale scale) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%,d events/s of %d bytes in %d partitions: %,d after %,d of warm-up that do not count, %d rounds.",
            EVENTS_PER_SECOND,
            Work.VALUE_BYTES,
            Topics.PARTITIONS,
            scale.events(),
            scale.warmUp(),
            scale.rounds()),
        "From when an event was due, whether or not it was sent late, to when an independent"
            + " consumer of the output topic had its result. Medians of the rounds.",
        "bare-control is the bare loop once more: what it is off by is noise.",
        "Consumers: Kafka's defaults. Producers: " + Machine.text(PRODUCER) + ".",
        "Each arm in a JVM of its own ("
            + String.join(" ", ArmProcess.JVM)
            + "), the broker in"
            + " another, load and reader in a third. "
            + Machine.describe());
  }
}
