package io.penstock.testkit.contract;

import io.penstock.connector.QueueCapability;
import java.util.Set;

/** The suite for queues can be passed by a queue that can do everything. */
class MemoryQueueContractTest extends QueueSourceContract {
  @Override
  protected QueueEnvironment environment() {
    return new QueueEnvironment() {
      @Override
      public Queue newQueue() {
        return new MemoryQueue(Set.of(QueueCapability.values()));
      }

      @Override
      public void close() {
        // nothing is held
      }
    };
  }
}
