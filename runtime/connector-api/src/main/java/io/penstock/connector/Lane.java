package io.penstock.connector;

/**
 * The unit of order and ownership inside a source: a Kafka partition, a RocketMQ queue, a stream of
 * changes, a partition of a task queue.
 *
 * @param name unique within the source and the same after a restart, for example {@code orders-3}
 */
public record Lane(String name) {
  @Override
  public String toString() {
    return name;
  }
}
