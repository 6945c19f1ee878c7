package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.ArmSettings;
import io.penstock.benchmarks.arm.BareHttpArm;
import io.penstock.benchmarks.arm.PenstockHttpArm;
import io.penstock.broker.BrokerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * As many events a second as each arm can, from a full topic to an HTTP server, one event and 100 a
 * request. The bare loop has the concurrency that was best of several tried before; Penstock has
 * its defaults.
 *
 * <p>Measured at the server: the clock and the process's CPU time are read when the warm-up's
 * events have come, and again when all have.
 */
final class HttpBenchmark implements Benchmark {

  private static final Duration LOOK = Duration.ofMillis(10);
  private static final Duration ARM_LIMIT = Duration.ofMinutes(3);
  private static final int VALUE_BYTES = 200;
  private static final Map<String, String> CONSUMER = Map.of("max.poll.records", "5000");

  /** What is told to an arm, and how many events it gets. */
  private record Size(
      String topic, int batch, String mode, long warmUp, long events, String title) {
    long total() {
      return warmUp + events;
    }
  }

  /** Warm-up takes longer than what is measured: the compiler is busy with HTTP for ten seconds. */
  private static List<Size> sizes(Effort effort) {
    int factor = effort == Effort.QUICK ? 1 : 4;
    return List.of(
        new Size("one", 1, "binary", 500_000, 250_000L * factor, "http, one event a request"),
        new Size(
            "many", 100, "batched", 2_000_000, 2_000_000L * factor, "http, 100 events a request"));
  }

  private static ArmSpec bare(String name, Size size, int concurrency) {
    return new ArmSpec(
        name,
        BareHttpArm.class,
        ArmSpec.Order.NONE,
        Map.of("concurrency", String.valueOf(concurrency), "batch", String.valueOf(size.batch())));
  }

  private static ArmSpec penstock(String name, Size size) {
    return new ArmSpec(
        name, PenstockHttpArm.class, ArmSpec.Order.KEY, Map.of("as", name, "mode", size.mode()));
  }

  @Override
  public List<String> arms() {
    return List.of(ArmSpec.BARE, "bare-control", "function", "webhook");
  }

  @Override
  public void run(Effort effort, Set<String> arms) {
    int rounds = effort == Effort.QUICK ? 2 : 5;
    List<Integer> trials = effort == Effort.QUICK ? List.of(16, 64) : List.of(4, 16, 64, 128);
    try (BrokerProcess broker = BrokerProcess.start(Machine.broker());
        Topics topics = new Topics(broker.bootstrapServers());
        HttpReceiverProcess receiver = HttpReceiverProcess.start(0)) {
      for (Size size : sizes(effort)) {
        new Session(broker, topics, receiver, size, trials).run(rounds, arms);
      }
    }
  }

  /** One size. */
  private record Session(
      BrokerProcess broker,
      Topics topics,
      HttpReceiverProcess receiver,
      Size size,
      List<Integer> trials) {

    void run(int rounds, Set<String> wanted) {
      Rounds.progress("Writing %,d events ...", size.total());
      topics.create(size.topic());
      HttpEvents.fill(broker.bootstrapServers(), size.topic(), size.total(), VALUE_BYTES);
      int best = bestConcurrency();
      List<ArmSpec> arms = new ArrayList<>();
      for (String name : List.of(ArmSpec.BARE, "bare-control", "function", "webhook")) {
        if (wanted.contains(name)) {
          arms.add(name.startsWith("bare") ? bare(name, size, best) : penstock(name, size));
        }
      }
      Rounds.run(size.title(), arms, rounds, this::measure).print(System.out, footer(best, rounds));
    }

    private int bestConcurrency() {
      int best = 0;
      double most = 0;
      for (int concurrency : trials) {
        Figures figures = measure(bare("bare-" + concurrency, size, concurrency), "trial");
        Rounds.progress("%d requests at a time: %s", concurrency, figures);
        if (figures.eventsPerSecond() > most) {
          most = figures.eventsPerSecond();
          best = concurrency;
        }
      }
      return best;
    }

    private Figures measure(ArmSpec arm, String round) {
      String run = arm.name() + "-" + size.topic() + "-" + round;
      ArmSettings settings =
          new ArmSettings(
              broker.bootstrapServers(),
              size.topic(),
              receiver.url(run),
              "group-" + run,
              CONSUMER,
              Map.of(),
              arm.options());
      Figures figures;
      try (ArmProcess process = ArmProcess.launch(arm, settings)) {
        CpuClock clock = new CpuClock(process.pid(), List.of(broker.pid(), receiver.pid()));
        long deadlineNs = System.nanoTime() + ARM_LIMIT.toNanos();
        long before = await(run, process, size.warmUp(), deadlineNs);
        CpuClock.Reading start = clock.read();
        await(run, process, size.total(), deadlineNs);
        figures =
            Figures.of(
                size.total() - before,
                start,
                clock.read(),
                process.peakRssBytes(),
                Figures.Latency.NONE);
        process.end();
      }
      topics.checkCommitted(arm, settings, size.total());
      HttpReceiverProcess.Count count = receiver.count(run);
      if (count.events() != size.total() || count.different() != size.total()) {
        throw new BenchmarkException(
            arm.name() + " sent " + count + " where " + size.total() + " events were expected.");
      }
      return figures;
    }

    private long await(String run, ArmProcess process, long wanted, long deadlineNs) {
      while (true) {
        long came = receiver.count(run).events();
        if (came >= wanted) {
          return came;
        }
        process.checkAlive();
        if (System.nanoTime() > deadlineNs) {
          throw new BenchmarkException(
              run
                  + " had "
                  + came
                  + " of "
                  + wanted
                  + " events after "
                  + ARM_LIMIT.toSeconds()
                  + " s.");
        }
        LockSupport.parkNanos(LOOK.toNanos());
      }
    }

    private List<String> footer(int best, int rounds) {
      return List.of(
          String.format(
              Locale.ROOT,
              "%,d events of %d bytes of JSON with %,d keys in %d partitions after %,d of warm-up"
                  + " that do not count, %d rounds.",
              size.events(),
              VALUE_BYTES,
              Topics.KEYS,
              Topics.PARTITIONS,
              size.warmUp(),
              rounds),
          "bare: a Kafka consumer and a Vert.x client, "
              + best
              + " requests at a time, the best of "
              + trials
              + "; a commit when all of a poll is answered; no order. It sends the same headers and"
              + " attributes as Penstock.",
          "function, webhook: Penstock's defaults, order by key, concurrency from 1 to 64, found by"
              + " itself.",
          "Medians of the rounds; ratios are medians of each round's ratio to its bare loop;"
              + " bare-control is the bare loop once more: what it is off by is noise.",
          "Counted at the server, which answers 204 at once; each event came once, and positions"
              + " are committed to the end. CPU is the client process alone.",
          "Other load is what processes that are no part of this had of all cores, at its highest:"
              + " with more than a few percent of it the figures say little.",
          "Each arm in a JVM of its own ("
              + String.join(" ", ArmProcess.JVM)
              + "), the broker and the server in others. "
              + Machine.describe());
    }
  }
}
