package io.penstock.server.demo;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Who was sent and who arrived, by number. Keeps only what is under way. Thread-safe: the sender and
 * the receiver are two threads.
 */
public final class Arrivals {

  private static final double NS_PER_MS = 1e6;

  /** While a JVM is cold its latency says little about the next hours. */
  private static final Duration WARM_UP = Duration.ofSeconds(5);

  private final Map<Long, Long> sentNsByNumber = new HashMap<>();
  private final LatencyHistogram all = new LatencyHistogram();
  private final LatencyHistogram warm = new LatencyHistogram();
  private long warmFromNs;
  private long sent;
  private long expected;
  private long arrived;
  private long duplicates;
  private long unexpected;
  private long firstArrivalNs;
  private long lastArrivalNs;

  /**
   * How it went so far.
   *
   * @param sent all that were sent
   * @param expected those of them that pass the filter
   * @param arrived those of them that arrived at least once
   * @param missing those of them that did not
   * @param duplicates arrivals beyond the first
   * @param unexpected arrivals that should have been filtered, or were never sent
   * @param perSecond arrivals a second, from the first to the last
   * @param p50Ms half of them took no longer, from before they were sent until after they arrived
   * @param p99Ms 99 of 100 took no longer
   * @param warmUp those sent so soon after the first are not in these two; zero if all are
   */
  public record Count(
      long sent,
      long expected,
      long arrived,
      long missing,
      long duplicates,
      long unexpected,
      double perSecond,
      double p50Ms,
      double p99Ms,
      Duration warmUp) {}

  /** One is about to be sent that must arrive; numbers rise. */
  synchronized void sending(long number, long nowNs) {
    if (expected++ == 0) {
      warmFromNs = nowNs + WARM_UP.toNanos();
    }
    sent++;
    sentNsByNumber.put(number, nowNs);
  }

  /** One is about to be sent that must not arrive. */
  synchronized void sendingFiltered() {
    sent++;
  }

  /**
   * One arrived.
   *
   * @param wasSent whether its number was given out, and it passes the filter
   */
  synchronized void arrived(long number, boolean wasSent, long nowNs) {
    Long sentNs = sentNsByNumber.remove(number);
    if (sentNs == null) {
      if (wasSent) {
        duplicates++;
      } else {
        unexpected++;
      }
      return;
    }
    if (arrived++ == 0) {
      firstArrivalNs = nowNs;
    }
    lastArrivalNs = nowNs;
    all.record(nowNs - sentNs);
    if (sentNs - warmFromNs >= 0) {
      warm.record(nowNs - sentNs);
    }
    notifyAll();
  }

  /**
   * Waits until all arrived, or until none has for some time.
   *
   * @return whether all arrived
   */
  synchronized boolean awaitAll(long patienceNs) throws InterruptedException {
    long before = arrived;
    long deadline = System.nanoTime() + patienceNs;
    while (arrived < expected) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(Math.max(1, left / (long) NS_PER_MS));
      if (arrived > before) {
        before = arrived;
        deadline = System.nanoTime() + patienceNs;
      }
    }
    return true;
  }

  synchronized Count count() {
    LatencyHistogram latencies = warm.isEmpty() ? all : warm;
    double seconds = (lastArrivalNs - firstArrivalNs) / 1e9;
    return new Count(
        sent,
        expected,
        arrived,
        expected - arrived,
        duplicates,
        unexpected,
        seconds > 0 ? arrived / seconds : 0,
        latencies.quantileNs(0.50) / NS_PER_MS,
        latencies.quantileNs(0.99) / NS_PER_MS,
        warm.isEmpty() ? Duration.ZERO : WARM_UP);
  }
}
