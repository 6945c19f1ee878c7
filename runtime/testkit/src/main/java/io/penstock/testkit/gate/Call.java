package io.penstock.testkit.gate;

import io.penstock.engine.flow.Limit.Verdict;

/** A call on its way: to the backend, served there, and back. */
final class Call extends Step {

  enum Stage {
    THERE,
    SERVED,
    BACK
  }

  final SimulatedWorker worker;
  final SimulatedBackend backend;
  final int events;
  final long startNs;
  final boolean cold;
  Stage stage = Stage.THERE;
  Verdict verdict = Verdict.SERVED;
  long retryAfterNs;

  /** The caller has given up; the backend may not know. */
  boolean over;

  /** On a backend that shares its cores: the virtual time at which it has had its share. */
  double shareEnd;

  Call(SimulatedWorker worker, SimulatedBackend backend, int events, long startNs, boolean cold) {
    this.worker = worker;
    this.backend = backend;
    this.events = events;
    this.startNs = startNs;
    this.cold = cold;
  }

  @Override
  void happen(long nowNs) {
    switch (stage) {
      case THERE -> backend.arrived(this, nowNs);
      case SERVED -> backend.served(this, nowNs);
      case BACK -> worker.answered(this, nowNs);
    }
  }
}
