package io.penstock.benchmarks;

import java.util.List;
import java.util.Set;

/** One benchmark: it prints its table and its JSON lines on standard output. */
interface Benchmark {

  /** How long it may take. */
  enum Effort {
    FULL,
    /** The whole benchmark within three minutes. */
    QUICK
  }

  /** The names of all arms, in the order of the table. */
  List<String> arms();

  /**
   * Runs it.
   *
   * @param arms the names of the arms to measure; the bare loop must be among them
   */
  void run(Effort effort, Set<String> arms);
}
