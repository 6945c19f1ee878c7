package io.penstock.source.tasks;

import io.penstock.connector.Failpoints;
import io.penstock.connector.LaneOwner;
import io.penstock.connector.SourceContext;
import io.penstock.connector.StateStore;
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

  @Override
  public long bufferBytes() {
    return 16 << 20;
  }
}
