package io.penstock.source.tasks;

import io.penstock.connector.Failpoints;
import io.penstock.connector.LaneOwner;
import io.penstock.connector.SourceContext;
import io.penstock.connector.StateStore;
import io.penstock.testkit.contract.MemoryStateStore;
import java.nio.file.Path;
import java.util.Set;

/** What a source under test is opened with. */
record TestContext(
    String connector,
    LaneOwner lanes,
    Set<String> routes,
    StateStore state,
    Path folder,
    Failpoints failpoints)
    implements SourceContext {

  static TestContext of(LaneOwner lanes, Set<String> routes, Path folder) {
    return new TestContext("jobs", lanes, routes, new MemoryStateStore(), folder, Failpoints.NONE);
  }

  @Override
  public long bufferBytes() {
    return 16 << 20;
  }
}
