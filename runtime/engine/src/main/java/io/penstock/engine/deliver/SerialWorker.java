package io.penstock.engine.deliver;

import java.util.concurrent.Executor;

/** Runs tasks one after another, in order: a thread of its own, or whatever a simulation makes it. */
public interface SerialWorker extends Executor {

  /** Runs what was handed over, then ends; later tasks are refused. Returns at once. */
  void end();
}
