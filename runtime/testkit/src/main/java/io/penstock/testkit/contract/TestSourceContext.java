package io.penstock.testkit.contract;

import io.penstock.connector.Failpoints;
import io.penstock.connector.LaneOwner;
import io.penstock.connector.SourceContext;
import io.penstock.connector.StateStore;

/**
 * What a source under test is opened with.
 *
 * @param connector the connector's name
 * @param bufferBytes how much the client may hold
 * @param lanes whom to tell about lanes
 * @param state where state is kept
 * @param failpoints what is told of failpoints
 */
public record TestSourceContext(
    String connector, long bufferBytes, LaneOwner lanes, StateStore state, Failpoints failpoints)
    implements SourceContext {

  /** 16 MiB, state in memory, no failpoints. */
  public static TestSourceContext of(String connector, LaneOwner lanes) {
    return new TestSourceContext(
        connector, 16L << 20, lanes, new MemoryStateStore(), Failpoints.NONE);
  }

  /** The same with other failpoints. */
  public TestSourceContext withFailpoints(Failpoints other) {
    return new TestSourceContext(connector, bufferBytes, lanes, state, other);
  }

  /** The same with another bound on the client's memory, in bytes. */
  public TestSourceContext withBufferBytes(long other) {
    return new TestSourceContext(connector, other, lanes, state, failpoints);
  }
}
