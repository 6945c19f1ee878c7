package io.penstock.benchmarks;

import io.penstock.benchmarks.Figures.Latency;
import io.penstock.benchmarks.arm.DbSchedulerPeer;
import io.penstock.benchmarks.arm.JobRunrPeer;
import io.penstock.postgres.ThrowAwayPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Tasks that do nothing, each durable before it is answered. For each arm: how long a task waits that
 * is handed in at a rate nobody notices; how many a second go all the way with 64 clients; and how
 * fast a backlog is worked off. Penstock is asked over HTTP, the libraries within their process.
 */
final class TasksBenchmark implements Benchmark {

  private static final String SQLITE = "penstock-sqlite";
  private static final String POSTGRES = "penstock-postgres";
  private static final String DB_SCHEDULER = "db-scheduler";
  private static final String JOBRUNR = "jobrunr";
  private static final int EVERY_MS = 20;

  /** How much is measured. JobRunr gets a tenth of it. */
  private record Scale(int rounds, int paced, int warmUp, int flow, int backlog) {
    static final Scale FULL = new Scale(3, 1_500, 60_000, 200_000, 100_000);
    static final Scale QUICK = new Scale(1, 400, 60_000, 60_000, 40_000);

    Scale of(String arm) {
      return arm.equals(JOBRUNR)
          ? new Scale(rounds, paced / 10, warmUp / 10, flow / 10, backlog / 10)
          : this;
    }
  }

  /** What one round measured of one arm. */
  private record Measured(
      double fsyncP99Ms,
      Latency start,
      double tasksPerSecond,
      double cpuSecondsPerMillion,
      double drainedPerSecond) {}

  @Override
  public List<String> arms() {
    return List.of(SQLITE, POSTGRES, DB_SCHEDULER, JOBRUNR);
  }

  @Override
  public void run(Effort effort, Set<String> wanted) {
    Scale scale = effort == Effort.QUICK ? Scale.QUICK : Scale.FULL;
    Map<String, List<Measured>> all = new LinkedHashMap<>();
    arms().stream().filter(wanted::contains).forEach(arm -> all.put(arm, new ArrayList<>()));
    try (ThrowAwayPostgres postgres = ThrowAwayPostgres.startDurable()) {
      for (int round = 1; round <= scale.rounds(); round++) {
        for (Map.Entry<String, List<Measured>> arm : all.entrySet()) {
          Measured measured = measure(arm.getKey(), scale.of(arm.getKey()), postgres);
          arm.getValue().add(measured);
          Rounds.progress(
              "Round %d of %d: %s", round, scale.rounds(), text(arm.getKey(), measured));
        }
      }
    } catch (IOException e) {
      throw new BenchmarkException("The tasks' benchmark failed.", e);
    }
    System.out.println();
    all.forEach((arm, rounds) -> System.out.println(text(arm, median(rounds))));
    System.out.printf(
        Locale.ROOT,
        "%n  One client at %d/s; 64 clients, one task a request; a backlog of %,d (JobRunr: a tenth"
            + " of all).%n  The median of %d rounds. %s%n%n",
        1_000 / EVERY_MS,
        scale.backlog(),
        scale.rounds(),
        Machine.describe());
    all.forEach((arm, rounds) -> System.out.println(json(arm, median(rounds))));
    System.out.flush();
  }

  private static TaskArm start(String arm, Path folder, ThrowAwayPostgres postgres)
      throws IOException {
    if (arm.equals(SQLITE)) {
      return TaskWorker.start(folder, Optional.empty());
    }
    String url = postgres.url(postgres.newDatabase());
    if (arm.equals(POSTGRES)) {
      return TaskWorker.start(folder, Optional.of(url));
    }
    String jdbc = url.replaceFirst("^postgresql://.*@", "jdbc:postgresql://");
    return TaskPeerProcess.start(
        arm.equals(JOBRUNR) ? JobRunrPeer.class : DbSchedulerPeer.class, jdbc);
  }

  private static Measured measure(String name, Scale scale, ThrowAwayPostgres postgres)
      throws IOException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    double drained = drain(name, scale, folder, postgres);
    try (TaskArm arm = start(name, folder, postgres)) {
      arm.working(true);
      arm.submit(scale.warmUp());
      arm.await(scale.warmUp());
      long begin = System.nanoTime();
      double cpu = arm.cpuSeconds();
      arm.submit(scale.flow());
      arm.await(scale.warmUp() + scale.flow());
      double perSecond = scale.flow() / ((System.nanoTime() - begin) / 1e9);
      double cpuPerMillion = (arm.cpuSeconds() - cpu) * 1e6 / scale.flow();
      arm.paced(scale.paced() / 10, EVERY_MS);
      Latency start = arm.paced(scale.paced(), EVERY_MS);
      double fsync = fsyncP99Ms(folder);
      return new Measured(fsync, start, perSecond, cpuPerMillion, drained);
    }
  }

  /** With a warm-up that is drained first. */
  private static double drain(String name, Scale scale, Path folder, ThrowAwayPostgres postgres)
      throws IOException {
    boolean pauses = name.equals(SQLITE) || name.equals(POSTGRES);
    try (TaskArm arm = start(name, folder, postgres)) {
      long before = 0;
      if (pauses) { // the libraries begin once, and drain a backlog that is larger by the warm-up
        arm.submit(scale.warmUp());
        arm.await(scale.warmUp());
        before = scale.warmUp();
        arm.working(false);
      } else {
        arm.submit(scale.warmUp());
      }
      arm.submit(scale.backlog());
      long begin = System.nanoTime();
      arm.working(true);
      if (!pauses) {
        arm.await(scale.warmUp());
        before = scale.warmUp();
        begin = System.nanoTime();
      }
      arm.await(before + scale.backlog());
      return scale.backlog() / ((System.nanoTime() - begin) / 1e9);
    }
  }

  private static double fsyncP99Ms(Path folder) throws IOException {
    Path own = Files.createTempDirectory(folder, "penstock-disk-");
    try {
      return Disk.force(own, Duration.ofSeconds(2), new byte[4_096]).latency().percentileMs(99);
    } finally {
      Files.delete(own);
    }
  }

  private static Measured median(List<Measured> rounds) {
    List<Measured> byStart = sorted(rounds, one -> one.start().percentileMs(99));
    return new Measured(
        middle(sorted(rounds, Measured::fsyncP99Ms)).fsyncP99Ms(),
        middle(byStart).start(),
        middle(sorted(rounds, Measured::tasksPerSecond)).tasksPerSecond(),
        middle(sorted(rounds, Measured::cpuSecondsPerMillion)).cpuSecondsPerMillion(),
        middle(sorted(rounds, Measured::drainedPerSecond)).drainedPerSecond());
  }

  private static List<Measured> sorted(List<Measured> rounds, ToDoubleFunction<Measured> by) {
    List<Measured> sorted = new ArrayList<>(rounds);
    sorted.sort((a, b) -> Double.compare(by.applyAsDouble(a), by.applyAsDouble(b)));
    return sorted;
  }

  private static Measured middle(List<Measured> sorted) {
    return sorted.get(sorted.size() / 2);
  }

  private static String text(String arm, Measured one) {
    return String.format(
        Locale.ROOT,
        "%-18s start p50 %7.2f ms, p99 %7.2f ms (fsync p99 %5.2f ms); %,8.0f tasks/s, %4.0f CPU"
            + " s/M; backlog %,8.0f/s",
        arm,
        one.start().percentileMs(50),
        one.start().percentileMs(99),
        one.fsyncP99Ms(),
        one.tasksPerSecond(),
        one.cpuSecondsPerMillion(),
        one.drainedPerSecond());
  }

  private static String json(String arm, Measured one) {
    return String.format(
        Locale.ROOT,
        "{\"benchmark\":\"tasks\",\"arm\":\"%s\",\"start_p50_ms\":%.3f,\"start_p99_ms\":%.3f,"
            + "\"fsync_p99_ms\":%.3f,\"tasks_per_second\":%.0f,\"cpu_seconds_per_million\":%.1f,"
            + "\"drained_per_second\":%.0f}",
        arm,
        one.start().percentileMs(50),
        one.start().percentileMs(99),
        one.fsyncP99Ms(),
        one.tasksPerSecond(),
        one.cpuSecondsPerMillion(),
        one.drainedPerSecond());
  }
}
