package io.penstock.source.tasks;

import io.penstock.connector.Failpoints;
import io.penstock.connector.LaneOwner;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceVerdict;
import io.penstock.connector.StateStore;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a source under test is opened with.
 *
 * @param hasSinks whether all functions have sinks for what fails, expires or is stopped
 */
record TestContext(
    String connector,
    LaneOwner lanes,
    Set<String> routes,
    StateStore state,
    Path folder,
    Failpoints failpoints,
    boolean hasSinks)
    implements SourceContext {

  TestContext(
      String connector,
      LaneOwner lanes,
      Set<String> routes,
      StateStore state,
      Path folder,
      Failpoints failpoints) {
    this(connector, lanes, routes, state, folder, failpoints, false);
  }

  @Override
  public boolean hasSinks(@Nullable String route, SourceVerdict verdict) {
    return hasSinks;
  }

  @Override
  public long bufferBytes() {
    return 16 << 20;
  }
}
