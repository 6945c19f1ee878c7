package io.penstock.source.generate;

import java.time.Instant;

/** Time that moves when somebody sleeps, or a test says so. */
final class ManualTime implements SourceTime {

  private long ns = 1_000;
  private long sleptNs;

  @Override
  public Instant now() {
    return Instant.EPOCH.plusNanos(ns);
  }

  @Override
  public long nanoTime() {
    return ns;
  }

  @Override
  public void sleep(long forNs) {
    ns += forNs;
    sleptNs += forNs;
  }

  void advanceMs(long ms) {
    ns += ms * 1_000_000;
  }

  long sleptMs() {
    return sleptNs / 1_000_000;
  }
}
