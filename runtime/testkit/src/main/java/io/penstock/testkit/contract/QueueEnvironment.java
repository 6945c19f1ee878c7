package io.penstock.testkit.contract;

import io.penstock.connector.QueueSource;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The world around a queue source under test: a server with queues. One serves all tests of a
 * suite; what it needs itself is started before the first test.
 */
public interface QueueEnvironment extends AutoCloseable {

  /** Whether entries can name the route that they are for. */
  default boolean namesRoutes() {
    return true;
  }

  /** An empty queue of its own. */
  Queue newQueue();

  /** Frees what it holds. */
  @Override
  void close();

  /** One queue. */
  interface Queue {

    /** Adds entries, and returns when they can be taken. */
    void put(List<Entry> entries);

    /** A new source of this queue. */
    QueueSource source();

    /** Lets time pass for leases and delays: moves a clock, or waits. */
    void pass(Duration time);

    /** How many entries are in the queue, taken or not; those that are settled are gone. */
    int size();

    /**
     * What was last told of the progress of the entry with this payload; empty if nothing was.
     * Called only if the source has {@link io.penstock.connector.QueueCapability#PROGRESS}.
     */
    OptionalDouble progress(String text);
  }

  /**
   * An entry to be made.
   *
   * @param route the route it names; null for none
   * @param text the payload
   */
  record Entry(@Nullable String route, String text) {}
}
