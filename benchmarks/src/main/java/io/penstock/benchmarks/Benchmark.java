package io.penstock.benchmarks;

/** One benchmark: it runs, prints its table and its JSON lines on standard output, and returns. */
interface Benchmark {

  /** How long it may take. */
  enum Effort {
    FULL,
    /** The whole benchmark within three minutes. */
    QUICK
  }

  void run(Effort effort);
}
