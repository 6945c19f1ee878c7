package io.penstock.engine.core;

import io.penstock.engine.deliver.SinkPort;
import io.penstock.engine.flow.Limit;
import java.util.List;

/**
 * A plain stream's batches under way: enough to keep its sinks busy, few enough to batch well. A sink
 * that keeps order is kept busy by a few; one that doesn't makes a request a call, and takes as many as
 * its destination's own limit has found. Belongs to the core thread.
 */
final class StreamLimit implements Limit {

  private static final int FEW = 4;

  private final List<SinkPort<Work>> ports;

  StreamLimit(List<SinkPort<Work>> ports) {
    this.ports = ports;
  }

  @Override
  public int current() {
    int most = FEW;
    for (SinkPort<Work> port : ports) {
      if (!port.keepsOrder()) {
        most = Math.max(most, port.gate().limit());
      }
    }
    return most;
  }

  @Override
  public String onSample(Sample sample) {
    return UNCHANGED;
  }
}
