package io.penstock.source.tasks.store;

import io.penstock.source.tasks.state.TaskState;

/** Needs to know nothing. */
class NoListener implements StoreListener {

  @Override
  public void gained(int partition) {}

  @Override
  public void wanted(int partition) {}

  @Override
  public void lost(int partition) {}

  @Override
  public void submitted(
      int partition, String account, String function, int enqueued, int delayed, long nextDueMs) {}

  @Override
  public void changed(long number, TaskState before) {}

  @Override
  public void missed() {}
}
