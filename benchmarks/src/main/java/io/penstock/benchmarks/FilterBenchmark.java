package io.penstock.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** What a filter costs an event: {@link FilterMatching}, measured by JMH in processes of its own. */
final class FilterBenchmark implements Benchmark {

  /** Arms and what they are called there. */
  private static final Map<String, String> METHODS = new LinkedHashMap<>();

  static {
    METHODS.put("penstock", "penstock");
    METHODS.put("event-ruler", "eventRuler");
    METHODS.put("jackson-tokens", "jacksonTokens");
  }

  @Override
  public List<String> arms() {
    return List.copyOf(METHODS.keySet());
  }

  @Override
  public void run(Effort effort, Set<String> wanted) {
    boolean quick = effort == Effort.QUICK;
    Map<String, RunResult> results = new LinkedHashMap<>();
    METHODS.forEach(
        (arm, method) -> {
          if (wanted.contains(arm)) {
            results.put(arm, measure(method, quick ? 1 : 3, quick ? 5 : 10));
          }
        });
    print(results);
  }

  private static RunResult measure(String method, int forks, int iterations) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(FilterMatching.class.getName() + "\\." + method + "$")
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .forks(forks)
            .warmupIterations(5)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.seconds(1))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true);
    try {
      return new Runner(options.build()).runSingle();
    } catch (RunnerException e) {
      throw new BenchmarkException("JMH failed.", e);
    }
  }

  private static void print(Map<String, RunResult> results) {
    System.out.printf(
        Locale.ROOT,
        "%n%-16s %12s %12s %16s%n",
        "arm",
        "ns/event",
        "+- (99.9%)",
        "allocated/event");
    results.forEach(
        (arm, result) ->
            System.out.printf(
                Locale.ROOT,
                "%-16s %12.0f %12.0f %14.0f B%n",
                arm,
                result.getPrimaryResult().getScore(),
                result.getPrimaryResult().getScoreError(),
                allocated(result)));
    System.out.printf(
        Locale.ROOT,
        "%n  A pattern of five fields on orders of %d bytes, all of which is read; half of them match."
            + " %s%n%n",
        FilterMatching.BYTES,
        Machine.describe());
    results.forEach(
        (arm, result) ->
            System.out.printf(
                Locale.ROOT,
                "{\"benchmark\":\"filter\",\"arm\":\"%s\",\"nanoseconds_per_event\":%.0f,"
                    + "\"error\":%.0f,\"allocated_bytes_per_event\":%.0f}%n",
                arm,
                result.getPrimaryResult().getScore(),
                result.getPrimaryResult().getScoreError(),
                allocated(result)));
    System.out.flush();
  }

  private static double allocated(RunResult result) {
    return Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"))
        .getScore();
  }
}
