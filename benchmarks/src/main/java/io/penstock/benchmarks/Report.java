package io.penstock.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The table and the JSON lines of a benchmark whose arms were run in rounds. A figure is the median
 * of the rounds; a ratio is the median of each round's ratio to the bare loop of the same round.
 */
final class Report {

  private final String benchmark;
  private final Map<String, List<Figures>> rounds = new LinkedHashMap<>();

  /** Arms are printed in this order; the bare loop must be among them. */
  Report(String benchmark, List<String> arms) {
    this.benchmark = benchmark;
    arms.forEach(arm -> rounds.put(arm, new ArrayList<>()));
  }

  /** Adds what one round measured of an arm. */
  void add(String arm, Figures figures) {
    rounds.computeIfAbsent(arm, name -> new ArrayList<>()).add(figures);
  }

  void print(PrintStream out, List<String> footer) {
    boolean latency =
        rounds.values().stream().flatMap(List::stream).anyMatch(f -> f.latency().isMeasured());
    out.println();
    out.printf(
        Locale.ROOT,
        "%-20s %12s %21s %7s %10s %15s %7s %9s %10s%s%n",
        "arm",
        "events/s",
        "(lowest - highest)",
        "ratio",
        "CPU s/M",
        "(low - high)",
        "ratio",
        "peak RSS",
        "other load",
        latency
            ? String.format(Locale.ROOT, " %9s %9s %21s", "p50", "p99", "(lowest - highest)")
            : "");
    rounds.forEach((arm, figures) -> printRow(out, arm, figures, latency));
    out.println();
    footer.forEach(line -> out.println("  " + line));
    out.println();
    rounds.forEach((arm, figures) -> out.println(json(arm, figures, latency)));
    out.flush();
  }

  private void printRow(PrintStream out, String arm, List<Figures> figures, boolean latency) {
    out.printf(
        Locale.ROOT,
        "%-20s %,12.0f %21s %7.2f %10.2f %15s %7.2f %6.0f MB %9.0f%%",
        arm,
        median(figures, Figures::eventsPerSecond),
        range("%,.0f", figures, Figures::eventsPerSecond),
        ratio(figures, Figures::eventsPerSecond),
        median(figures, Figures::cpuSecondsPerMillion),
        range("%.2f", figures, Figures::cpuSecondsPerMillion),
        ratio(figures, Figures::cpuSecondsPerMillion),
        median(figures, Figures::peakRssMb),
        figures.stream().mapToDouble(Figures::othersShare).max().orElseThrow() * 100);
    if (latency) {
      out.printf(
          Locale.ROOT,
          " %6.2f ms %6.2f ms %21s",
          median(figures, f -> f.latency().percentileMs(50)),
          median(figures, f -> f.latency().percentileMs(99)),
          range("%.2f", figures, f -> f.latency().percentileMs(99)));
    }
    out.println();
  }

  private String json(String arm, List<Figures> figures, boolean latency) {
    String line =
        String.format(
            Locale.ROOT,
            "{\"benchmark\":\"%s\",\"arm\":\"%s\",\"events\":%d,\"seconds\":%.3f,"
                + "\"events_per_second\":%.0f,\"cpu_seconds_per_million\":%.3f,"
                + "\"peak_rss_mb\":%.0f,\"ratio_to_bare\":%.3f,\"cpu_ratio_to_bare\":%.3f",
            benchmark,
            arm,
            figures.get(0).events(),
            median(figures, Figures::seconds),
            median(figures, Figures::eventsPerSecond),
            median(figures, Figures::cpuSecondsPerMillion),
            median(figures, Figures::peakRssMb),
            ratio(figures, Figures::eventsPerSecond),
            ratio(figures, Figures::cpuSecondsPerMillion));
    if (latency) {
      line +=
          String.format(
              Locale.ROOT,
              ",\"p50_ms\":%.3f,\"p99_ms\":%.3f",
              median(figures, f -> f.latency().percentileMs(50)),
              median(figures, f -> f.latency().percentileMs(99)));
    }
    return line + "}";
  }

  private double ratio(List<Figures> figures, ToDoubleFunction<Figures> what) {
    List<Figures> bare =
        Objects.requireNonNull(rounds.get(ArmSpec.BARE), "the bare loop is not among the arms");
    return median(
        IntStream.range(0, figures.size())
            .mapToDouble(i -> what.applyAsDouble(figures.get(i)) / what.applyAsDouble(bare.get(i)))
            .toArray());
  }

  private static String range(
      String format, List<Figures> figures, ToDoubleFunction<Figures> what) {
    double lowest = figures.stream().mapToDouble(what).min().orElseThrow();
    double highest = figures.stream().mapToDouble(what).max().orElseThrow();
    return String.format(Locale.ROOT, "(" + format + " - " + format + ")", lowest, highest);
  }

  private static double median(List<Figures> figures, ToDoubleFunction<Figures> what) {
    return median(figures.stream().mapToDouble(what).toArray());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
