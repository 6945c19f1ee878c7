package io.penstock.benchmarks;

import io.penstock.benchmarks.Figures.Latency;
import java.io.IOException;

/** A system that keeps tasks and runs them, in a process of its own. */
interface TaskArm extends AutoCloseable {

  /** Hands in a task every so many milliseconds; the times from handing in to the start. */
  Latency paced(int count, int everyMs) throws IOException;

  /** Hands in so many with 64 clients; returns when all are durable. */
  void submit(int count) throws IOException;

  /** From now on nothing is started, or everything is. */
  void working(boolean isWorking) throws IOException;

  /** Returns when so many have been done since it began. */
  void await(long count) throws IOException;

  /** The CPU time that its process has had. */
  double cpuSeconds();

  @Override
  void close();
}
