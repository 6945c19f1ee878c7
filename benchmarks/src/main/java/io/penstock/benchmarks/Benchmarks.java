package io.penstock.benchmarks;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The benchmarks' command line: {@code NAME [--quick]}. Exit 0 when it was measured, 1 when it
 * failed, 2 when the command is wrong.
 */
public final class Benchmarks {

  private static final Map<String, Benchmark> ALL =
      new TreeMap<>(Map.of("kafka", new KafkaBenchmark(), "latency", new LatencyBenchmark()));

  private Benchmarks() {}

  /** Runs one benchmark. */
  public static void main(String[] arguments) {
    Benchmark benchmark = arguments.length == 0 ? null : ALL.get(arguments[0]);
    boolean quick = arguments.length == 2 && arguments[1].equals("--quick");
    if (benchmark == null || (arguments.length > 1 && !quick)) {
      System.err.println(
          "Usage: ./benchmarks/run NAME [--quick], where NAME is one of "
              + String.join(", ", ALL.keySet())
              + "; found: "
              + Arrays.toString(arguments));
      System.exit(2);
      return;
    }
    try {
      benchmark.run(quick ? Benchmark.Effort.QUICK : Benchmark.Effort.FULL);
    } catch (BenchmarkException failed) {
      failed.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }
}
