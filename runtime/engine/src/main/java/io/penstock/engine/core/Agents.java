package io.penstock.engine.core;

import io.penstock.engine.deliver.SerialWorker;
import io.penstock.engine.intake.Intake;

/** Who runs what the core doesn't: threads in production, a simulation in tests. */
public interface Agents {

  /** Steps an intake again and again until it is done. */
  void run(String connector, Intake intake);

  /** The intake may have something to do before its idle time is over. */
  void wake(Intake intake);

  /** A worker of its own for this role, for example {@code orders-sink-0}. */
  SerialWorker worker(String role);

  /** The core has something to do. Any thread may call. */
  void wakeCore();
}
