package io.penstock.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.benchmarks.Figures.Latency;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How many events a worker takes over HTTP, each durable before it is answered, and how long the
 * answers take: with 1, 16 and 128 senders that wait for each answer. Beside that what the disk does
 * by itself: one write and one force after the other. A worker and its senders share the machine.
 */
final class IngestBenchmark implements Benchmark {

  private static final String DISK = "disk";
  private static final String SENDERS = "senders-";
  private static final int DATA_BYTES = 200;

  private record Scale(int rounds, Duration warmUp, Duration turn) {
    static final Scale FULL = new Scale(9, Duration.ofSeconds(15), Duration.ofSeconds(5));
    static final Scale QUICK = new Scale(5, Duration.ofSeconds(8), Duration.ofSeconds(3));
  }

  @Override
  public List<String> arms() {
    return List.of(DISK, SENDERS + 1, SENDERS + 16, SENDERS + 128);
  }

  @Override
  public void run(Effort effort, Set<String> wanted) {
    Scale scale = effort == Effort.QUICK ? Scale.QUICK : Scale.FULL;
    Map<String, List<Figures>> figures = new LinkedHashMap<>();
    arms().stream().filter(wanted::contains).forEach(arm -> figures.put(arm, new ArrayList<>()));
    try (IngestWorker worker = IngestWorker.start()) {
      Rounds.progress("Warming up ...");
      send(worker, 16, scale.warmUp());
      for (int round = 1; round <= scale.rounds(); round++) {
        for (Map.Entry<String, List<Figures>> arm : figures.entrySet()) {
          Figures measured = measure(arm.getKey(), worker, scale.turn());
          Rounds.progress(
              "Round %d of %d: %-12s %s", round, scale.rounds(), arm.getKey(), measured);
          arm.getValue().add(measured);
        }
      }
    } catch (IOException e) {
      throw new BenchmarkException("The files of the benchmark failed.", e);
    }
    print(figures);
  }

  private static Figures measure(String arm, IngestWorker worker, Duration turn)
      throws IOException {
    return arm.equals(DISK)
        ? Disk.force(worker.folder(), turn, json().getBytes(UTF_8))
        : send(worker, Integer.parseInt(arm.substring(SENDERS.length())), turn);
  }

  private static Figures send(IngestWorker worker, int senders, Duration turn) {
    CpuClock clock = new CpuClock(worker.pid(), List.of());
    try (IngestSenders all = new IngestSenders(worker.port(), senders, json())) {
      CpuClock.Reading start = clock.read();
      long[] latencies = all.send(turn);
      CpuClock.Reading end = clock.read();
      return Figures.of(latencies.length, start, end, worker.peakRssBytes(), Latency.of(latencies));
    }
  }

  private static String json() {
    String json = "{\"id\":\"order-1\",\"status\":\"PAID\",\"total\":17.30,\"note\":\"";
    return json + "n".repeat(DATA_BYTES - json.length() - 2) + "\"}";
  }

  private static void print(Map<String, List<Figures>> figures) {
    System.out.printf(
        Locale.ROOT,
        "%n%-12s %12s %10s %10s %10s %10s%n",
        "arm",
        "requests/s",
        "p50",
        "p99",
        "CPU s/M",
        "other load");
    figures.forEach(
        (arm, rounds) -> {
          Figures median = median(rounds);
          System.out.printf(
              Locale.ROOT,
              "%-12s %,12.0f %7.2f ms %7.2f ms %10.1f %9.0f%%%n",
              arm,
              median.eventsPerSecond(),
              median.latency().percentileMs(50),
              median.latency().percentileMs(99),
              median.cpuSecondsPerMillion(),
              rounds.stream().mapToDouble(Figures::othersShare).max().orElse(0) * 100);
        });
    System.out.printf(
        Locale.ROOT,
        "%n  One event of %d bytes a request; the round of median throughput. The worker writes the"
            + " events on to a file meanwhile.%n  %s%n%n",
        DATA_BYTES,
        Machine.describe());
    figures.forEach(
        (arm, rounds) -> {
          Figures median = median(rounds);
          System.out.printf(
              Locale.ROOT,
              "{\"benchmark\":\"ingest\",\"arm\":\"%s\",\"events_per_second\":%.0f,"
                  + "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"cpu_seconds_per_million\":%.3f}%n",
              arm,
              median.eventsPerSecond(),
              median.latency().percentileMs(50),
              median.latency().percentileMs(99),
              median.cpuSecondsPerMillion());
        });
    System.out.flush();
  }

  private static Figures median(List<Figures> rounds) {
    List<Figures> sorted = new ArrayList<>(rounds);
    sorted.sort((a, b) -> Double.compare(a.eventsPerSecond(), b.eventsPerSecond()));
    return sorted.get(sorted.size() / 2);
  }
}
