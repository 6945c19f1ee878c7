package io.penstock.testkit.contract;

import io.penstock.connector.Sink;
import io.penstock.connector.SinkRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The world around a sink under test: a server with destinations. One serves all tests of a suite;
 * what it needs itself is started before the first test.
 */
public interface SinkEnvironment extends AutoCloseable {

  /** What not every destination can. */
  enum Feature {
    /** It can be made to fail and be mended. */
    FAILURE,
    /** Its server can be out of reach. */
    REACHABILITY
  }

  /** What this kind of destination can. */
  Set<Feature> features();

  /** An empty destination of its own. */
  Destination newDestination();

  /** A sink whose server can't be reached. Called only with {@link Feature#REACHABILITY}. */
  Sink unreachable();

  /** Frees what it holds. */
  @Override
  void close();

  /** Where a sink delivers to. */
  interface Destination {

    /** A new sink that delivers here; gives up in seconds when the destination is down. */
    Sink sink();

    /**
     * What has arrived, at least so many: waits for them a bounded time. In the order of arrival
     * among those of one order key, if the sink keeps order.
     */
    List<Arrived> arrived(int atLeast);

    /** A record that the destination will never take; empty if it takes everything. */
    Optional<SinkRecord> hopeless(long orderKey);

    /** Nothing can be delivered any more. Called only with {@link Feature#FAILURE}. */
    void fail();

    /** Ends {@link #fail}. */
    void mend();
  }

  /**
   * One record as the destination has it.
   *
   * @param id the event's id
   * @param text its payload
   */
  record Arrived(String id, String text) {}
}
