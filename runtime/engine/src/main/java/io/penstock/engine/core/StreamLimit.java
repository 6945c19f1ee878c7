package io.penstock.engine.core;

import io.penstock.engine.deliver.SinkPort;
import io.penstock.engine.flow.Limit;
import java.util.List;

/**
 * A plain stream's batches under way: enough to keep its sinks busy, few enough to batch well. A
 * sink that keeps order is kept busy by a few; one that doesn't makes a request a call, and gets
 * batches for as many calls as its destination's own limit has found. Belongs to the core thread.
 */
final class StreamLimit implements Limit {

  private static final int FEW = 4;

  private final List<SinkPort<Work>> ports;
  private final int batchEvents;

  /**
   * @param ports where its events go
   * @param batchEvents how many events a batch has at most
   */
  StreamLimit(List<SinkPort<Work>> ports, int batchEvents) {
    this.ports = ports;
    this.batchEvents = batchEvents;
  }

  @Override
  public int current() {
    int most = FEW;
    for (SinkPort<Work> port : ports) {
      if (!port.keepsOrder()) {
        long callEvents = Math.min(port.maxRecords(), batchEvents);
        long batches = (port.gate().limit() * callEvents + batchEvents - 1) / batchEvents;
        most = Math.max(most, (int) batches);
      }
    }
    return most;
  }

  @Override
  public String onSample(Sample sample) {
    return UNCHANGED;
  }
}
