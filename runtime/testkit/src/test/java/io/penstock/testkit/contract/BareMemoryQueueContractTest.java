package io.penstock.testkit.contract;

import java.util.Set;

/** The suite for queues can be passed by a queue that can only hand over and take back. */
class BareMemoryQueueContractTest extends QueueSourceContract {
  @Override
  protected QueueEnvironment environment() {
    return new QueueEnvironment() {
      @Override
      public Queue newQueue() {
        return new MemoryQueue(Set.of());
      }

      @Override
      public void close() {
        // nothing is held
      }
    };
  }
}
