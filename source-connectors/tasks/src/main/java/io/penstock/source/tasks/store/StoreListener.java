package io.penstock.source.tasks.store;

import io.penstock.source.tasks.state.TaskState;

/**
 * Who works with the tasks of a store, and is told what others do. Called on threads of the store,
 * which must not be kept, or in {@link TaskStore#join}.
 */
public interface StoreListener {

  /** A partition is this worker's from now on. */
  void gained(int partition);

  /**
   * Another worker is to have a partition: {@link TaskStore#release} is called when nothing of it is
   * out, and until then nothing more of it is handed out.
   */
  void wanted(int partition);

  /** A partition is another worker's. */
  void lost(int partition);

  /**
   * Tasks of this worker's partitions were kept by another worker.
   *
   * @param nextDueMs when the first of them is due if it is delayed; {@link TaskSpec#NEVER} if none is
   */
  void submitted(
      int partition, String account, String function, int enqueued, int delayed, long nextDueMs);

  /**
   * A task of this worker's partitions was changed by another worker.
   *
   * @param before the state in which it was
   */
  void changed(long number, TaskState before);

  /** What others did may have been missed. */
  void missed();
}
