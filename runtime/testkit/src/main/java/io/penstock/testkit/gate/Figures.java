package io.penstock.testkit.gate;

import io.penstock.testkit.gate.Scenario.Expectation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What came out of a phase; see {@link Expectation} for what each figure is.
 *
 * @param wholeUtilisation as utilisation, but of the whole phase
 */
public record Figures(
    double utilisation,
    double wholeUtilisation,
    double roundTripsTo90,
    double refusedPercent,
    double p50ToService,
    double fairness,
    double roundTripsToFair,
    double limit) {

  /** The median of each figure. */
  public static Figures median(List<Figures> of) {
    return new Figures(
        median(of, Figures::utilisation),
        median(of, Figures::wholeUtilisation),
        median(of, Figures::roundTripsTo90),
        median(of, Figures::refusedPercent),
        median(of, Figures::p50ToService),
        median(of, Figures::fairness),
        median(of, Figures::roundTripsToFair),
        median(of, Figures::limit));
  }

  private static double median(List<Figures> of, ToDoubleFunction<Figures> figure) {
    double[] sorted = of.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** What isn't as expected, in words. */
  public List<String> misses(Expectation expect) {
    List<String> misses = new ArrayList<>();
    check(misses, "utilisation", utilisation, expect.utilisation());
    check(misses, "roundTripsTo90", roundTripsTo90, expect.roundTripsTo90());
    check(misses, "refusedPercent", refusedPercent, expect.refusedPercent());
    check(misses, "p50ToService", p50ToService, expect.p50ToService());
    check(misses, "fairness", fairness, expect.fairness());
    check(misses, "roundTripsToFair", roundTripsToFair, expect.roundTripsToFair());
    check(misses, "limit", limit, expect.limit());
    return misses;
  }

  private static void check(List<String> misses, String name, double figure, Range range) {
    if (range != Range.ANY && !range.contains(figure)) {
      misses.add(
          String.format(
              Locale.ROOT,
              "%s is %.3f, not from %s to %s",
              name,
              figure,
              range.least(),
              range.most()));
    }
  }
}
