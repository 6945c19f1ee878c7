package io.penstock.testkit.contract;

import io.penstock.connector.Failpoints;
import io.penstock.connector.LaneOwner;
import io.penstock.connector.SourceContext;
import io.penstock.connector.StateStore;
import java.nio.file.Path;

/**
 * What a source under test is opened with.
 *
 * @param connector the connector's name
 * @param bufferBytes how much the client may hold
 * @param lanes whom to tell about lanes
 * @param state where state is kept
 * @param folder where files are kept
 * @param failpoints what is told of failpoints
 */
public record TestSourceContext(
    String connector,
    long bufferBytes,
    LaneOwner lanes,
    StateStore state,
    Path folder,
    Failpoints failpoints)
    implements SourceContext {

  /** For a source that keeps no files: there is no folder. */
  public TestSourceContext(
      String connector,
      long bufferBytes,
      LaneOwner lanes,
      StateStore state,
      Failpoints failpoints) {
    this(connector, bufferBytes, lanes, state, Path.of("no-such-folder"), failpoints);
  }

  /** 16 MiB, state in memory, no failpoints. */
  public static TestSourceContext of(String connector, LaneOwner lanes) {
    return new TestSourceContext(
        connector, 16L << 20, lanes, new MemoryStateStore(), Failpoints.NONE);
  }

  /** The same with other failpoints. */
  public TestSourceContext withFailpoints(Failpoints other) {
    return new TestSourceContext(connector, bufferBytes, lanes, state, folder, other);
  }

  /** The same with another bound on the client's memory, in bytes. */
  public TestSourceContext withBufferBytes(long other) {
    return new TestSourceContext(connector, other, lanes, state, folder, failpoints);
  }

  /** The same with other state. */
  public TestSourceContext withState(StateStore other) {
    return new TestSourceContext(connector, bufferBytes, lanes, other, folder, failpoints);
  }

  /** The same with another folder. */
  public TestSourceContext withFolder(Path other) {
    return new TestSourceContext(connector, bufferBytes, lanes, state, other, failpoints);
  }
}
