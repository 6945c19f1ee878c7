package io.penstock.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Runs every arm once a round. Every other round goes backwards, so that a machine that gets slower
 * or faster meanwhile favours none.
 */
final class Rounds {

  private Rounds() {}

  /** Measures one run of one arm. */
  interface Measurement {
    /** The name of the run is unique for the arm. */
    Figures measure(ArmSpec arm, String run);
  }

  static Report run(String benchmark, List<ArmSpec> arms, int rounds, Measurement measurement) {
    Report report = new Report(benchmark, arms.stream().map(ArmSpec::name).toList());
    for (int round = 1; round <= rounds; round++) {
      List<ArmSpec> order = new ArrayList<>(arms);
      if (round % 2 == 0) {
        Collections.reverse(order);
      }
      for (ArmSpec arm : order) {
        Figures figures = measurement.measure(arm, "round-" + round);
        progress("Round %d of %d: %-20s %s", round, rounds, arm.name(), figures);
        report.add(arm.name(), figures);
      }
    }
    return report;
  }

  /** Tells whoever waits, on the standard error. */
  static void progress(String format, Object... values) {
    System.err.printf(Locale.ROOT, format + "%n", values);
  }
}
