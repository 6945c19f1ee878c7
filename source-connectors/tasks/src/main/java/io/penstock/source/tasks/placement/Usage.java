package io.penstock.source.tasks.placement;

/** What a function has used lately; fades exponentially. */
final class Usage {

  private double busyNs;
  private double attempts;
  private double failed;
  private double saturatedNs;
  private double observedNs;

  /** Time goes by while things stand like this. */
  void pass(long elapsedNs, double keep, int inFlight, boolean isSaturated) {
    busyNs = busyNs * keep + (double) inFlight * elapsedNs;
    attempts *= keep;
    failed *= keep;
    saturatedNs = saturatedNs * keep + (isSaturated ? elapsedNs : 0);
    observedNs = observedNs * keep + elapsedNs;
  }

  void ended(boolean isFailed) {
    attempts++;
    failed += isFailed ? 1 : 0;
  }

  double busyNs() {
    return busyNs;
  }

  double attempts() {
    return attempts;
  }

  double failures() {
    return attempts == 0 ? 0 : failed / attempts;
  }

  double saturated() {
    return observedNs == 0 ? 0 : saturatedNs / observedNs;
  }

  boolean isForgettable() {
    return busyNs < 1_000_000 && attempts < 0.01;
  }
}
