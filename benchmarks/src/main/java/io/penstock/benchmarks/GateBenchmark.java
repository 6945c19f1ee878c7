package io.penstock.benchmarks;

import io.penstock.benchmarks.gate.Drawing;
import io.penstock.benchmarks.gate.NetflixLimit;
import io.penstock.benchmarks.gate.VectorLimit;
import io.penstock.testkit.gate.Algorithm;
import io.penstock.testkit.gate.Figures;
import io.penstock.testkit.gate.Scenario;
import io.penstock.testkit.gate.ScenarioRun;
import io.penstock.testkit.gate.Scenarios;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Every scenario of the test kit with every algorithm. A figure is the worst of the scenario's
 * phases, and of that the median of the seeds. The full run also draws the headline scenarios into
 * {@code docs/gate}.
 */
final class GateBenchmark implements Benchmark {

  private static final String PENSTOCK = "penstock";

  private static final Map<String, Algorithm> ALGORITHMS = algorithms();

  private static Map<String, Algorithm> algorithms() {
    Map<String, Algorithm> all = new LinkedHashMap<>();
    all.put(PENSTOCK, Algorithm.ADAPTIVE);
    all.put("penstock-aimd", Algorithm.AIMD);
    all.put("netflix-aimd", NetflixLimit.aimd());
    all.put("netflix-vegas", NetflixLimit.vegas());
    all.put("netflix-gradient2", NetflixLimit.gradient2());
    all.put("vector", VectorLimit.algorithm());
    return all;
  }

  /** The worst phase of a run. */
  private record Worst(
      double utilisation, double to90, double refused, double p50, double fairness) {

    static Worst of(List<Figures> phases) {
      return new Worst(
          min(phases, Figures::utilisation),
          max(phases, Figures::roundTripsTo90),
          max(phases, Figures::refusedPercent),
          max(phases, Figures::p50ToService),
          min(phases, Figures::fairness));
    }

    private static double min(List<Figures> phases, ToDoubleFunction<Figures> figure) {
      return phases.stream().mapToDouble(figure).min().orElseThrow();
    }

    private static double max(List<Figures> phases, ToDoubleFunction<Figures> figure) {
      return phases.stream().mapToDouble(figure).max().orElseThrow();
    }

    static Worst median(List<Worst> runs) {
      return new Worst(
          median(runs, Worst::utilisation),
          median(runs, Worst::to90),
          median(runs, Worst::refused),
          median(runs, Worst::p50),
          median(runs, Worst::fairness));
    }

    private static double median(List<Worst> runs, ToDoubleFunction<Worst> figure) {
      double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
      return sorted[sorted.length / 2];
    }
  }

  @Override
  public List<String> arms() {
    return List.copyOf(ALGORITHMS.keySet());
  }

  @Override
  public void run(Effort effort, Set<String> arms) {
    int seeds = effort == Effort.QUICK ? 3 : 15;
    StringBuilder lines = new StringBuilder();
    System.out.printf(
        Locale.ROOT,
        "%n%-18s %-18s %12s %19s %16s %15s %9s%n",
        "scenario",
        "algorithm",
        "utilisation",
        "round_trips_to_90",
        "refused_percent",
        "p50_to_service",
        "fairness");
    for (Scenario scenario : Scenarios.all()) {
      for (String arm : arms) {
        Worst worst = worst(scenario, Objects.requireNonNull(ALGORITHMS.get(arm)), seeds);
        System.out.printf(
            Locale.ROOT,
            "%-18s %-18s %12.3f %19s %16.2f %15.2f %9s%n",
            scenario.name(),
            arm,
            worst.utilisation,
            Double.isInfinite(worst.to90)
                ? "never"
                : String.format(Locale.ROOT, "%.0f", worst.to90),
            worst.refused,
            worst.p50,
            scenario.workers() > 1 ? String.format(Locale.ROOT, "%.3f", worst.fairness) : "");
        lines.append(json(scenario, arm, worst)).append(System.lineSeparator());
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%n  Simulated time, %d seeds. Each figure is the worst of the scenario's phases, the"
            + " median of the seeds.%n%n%s",
        seeds,
        lines);
    System.out.flush();
    if (effort == Effort.FULL) {
      draw();
    }
  }

  private static Worst worst(Scenario scenario, Algorithm algorithm, int seeds) {
    return Worst.median(
        IntStream.range(0, seeds)
            .mapToObj(seed -> Worst.of(ScenarioRun.run(scenario, algorithm, seed).phases()))
            .toList());
  }

  private static String json(Scenario scenario, String arm, Worst worst) {
    String line =
        String.format(
            Locale.ROOT,
            "{\"benchmark\":\"gate\",\"scenario\":\"%s\",\"arm\":\"%s\",\"utilisation\":%.4f,"
                + "\"round_trips_to_90\":%s,\"refused_percent\":%.3f,\"p50_to_service\":%.3f",
            scenario.name(),
            arm,
            worst.utilisation,
            Double.isInfinite(worst.to90) ? "null" : String.format(Locale.ROOT, "%.0f", worst.to90),
            worst.refused,
            worst.p50);
    return scenario.workers() > 1
        ? line + String.format(Locale.ROOT, ",\"fairness\":%.4f}", worst.fairness)
        : line + "}";
  }

  private static void draw() {
    Path folder = Path.of(System.getProperty("penstock.docs", "docs")).resolve("gate");
    try {
      Files.createDirectories(folder);
      for (Scenario scenario : Scenarios.all()) {
        if (scenario.headline()) {
          ScenarioRun.Result run = ScenarioRun.run(scenario, Algorithm.ADAPTIVE, 1);
          Files.writeString(
              folder.resolve(scenario.name() + ".svg"), Drawing.of(scenario, run.moments()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the drawings could not be written to " + folder, e);
    }
  }
}
