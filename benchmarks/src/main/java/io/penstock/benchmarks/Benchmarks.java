package io.penstock.benchmarks;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The benchmarks' command line: {@code NAME [--quick] [--arms ARM,ARM...]}; the bare loop is always
 * measured. Exit 0 when it was measured, 1 when that failed, 2 when the command is wrong.
 */
public final class Benchmarks {

  private static final Map<String, Benchmark> ALL =
      new TreeMap<>(
          Map.of(
              "cdc", new CdcBenchmark(),
              "engine", new EngineBenchmark(),
              "filter", new FilterBenchmark(),
              "gate", new GateBenchmark(),
              "http", new HttpBenchmark(),
              "ingest", new IngestBenchmark(),
              "kafka", new KafkaBenchmark(),
              "latency", new LatencyBenchmark(),
              "rocketmq", new RocketMqBenchmark(),
              "tasks", new TasksBenchmark()));

  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  private Benchmarks() {}

  /** Runs one benchmark. */
  public static void main(String[] arguments) {
    int exit = 0;
    try {
      run(List.of(arguments));
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.err.println("Usage: ./benchmarks/run NAME [--quick] [--arms ARM,ARM...]");
      ALL.forEach(
          (name, b) -> System.err.println("  " + name + ": " + String.join(", ", b.arms())));
      exit = EXIT_USAGE;
    } catch (BenchmarkException failed) {
      failed.printStackTrace();
      exit = EXIT_FAILED;
    }
    System.exit(exit);
  }

  private static void run(List<String> arguments) {
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException("Which benchmark?");
    }
    String name = arguments.get(0);
    Benchmark benchmark = ALL.get(name);
    if (benchmark == null) {
      throw new IllegalArgumentException("There is no benchmark '" + name + "'.");
    }
    Benchmark.Effort effort = Benchmark.Effort.FULL;
    Set<String> arms = new LinkedHashSet<>(benchmark.arms());
    for (int i = 1; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--quick")) {
        effort = Benchmark.Effort.QUICK;
      } else if (argument.equals("--arms") && i + 1 < arguments.size()) {
        i++;
        arms = chosen(benchmark.arms(), Arrays.asList(arguments.get(i).split(",")));
      } else {
        throw new IllegalArgumentException("'" + argument + "' is not understood there.");
      }
    }
    benchmark.run(effort, arms);
  }

  private static Set<String> chosen(Collection<String> known, Collection<String> wanted) {
    for (String arm : wanted) {
      if (!known.contains(arm)) {
        throw new IllegalArgumentException("There is no arm '" + arm + "' in this benchmark.");
      }
    }
    Set<String> chosen = new LinkedHashSet<>(wanted);
    if (known.contains(ArmSpec.BARE)) {
      chosen.add(ArmSpec.BARE);
    }
    return chosen;
  }
}
