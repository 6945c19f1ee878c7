package io.penstock.source.tasks.gateway;

import io.penstock.source.tasks.registry.Account;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How many tasks each account may hand in: what it doesn't use in a second is lost. Thread-safe. */
final class RateLimit {

  private static final double NS = 1e9;

  private static final class Bucket {
    private double tokens;
    private long filledNs;
  }

  private final LongSupplier nanoTime;
  private final Map<String, Bucket> buckets = new HashMap<>();

  RateLimit(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Takes the right to hand in so many.
   *
   * @return how many seconds to wait before trying again; 0 if it was granted
   */
  synchronized long take(Account account, int tasks) {
    double rate = account.ratePerSecond();
    if (rate <= 0) {
      return 0;
    }
    long nowNs = nanoTime.getAsLong();
    Bucket bucket =
        buckets.computeIfAbsent(
            account.name(),
            name -> {
              Bucket full = new Bucket();
              full.tokens = Math.max(1, rate);
              full.filledNs = nowNs;
              return full;
            });
    double more = (nowNs - bucket.filledNs) / NS * rate;
    bucket.tokens = Math.min(Math.max(1, rate), bucket.tokens + more);
    bucket.filledNs = nowNs;
    // A batch that is larger than a second's share goes when nothing is owed, and is paid off
    // later.
    if (bucket.tokens >= Math.min(tasks, Math.max(1, rate))) {
      bucket.tokens -= tasks;
      return 0;
    }
    return (long) Math.ceil((Math.min(tasks, Math.max(1, rate)) - bucket.tokens) / rate);
  }
}
