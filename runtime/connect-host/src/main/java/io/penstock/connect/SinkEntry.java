package io.penstock.connect;

import io.penstock.connector.SinkOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way through a sink plugin. Its outcome is set once; what comes later is ignored.
 * Thread-safe where it says so.
 */
final class SinkEntry {

  /** One call of deliver: answered when each of its events has an outcome. */
  static final class Call {

    private final SinkOutcome[] outcomes;
    private int open;
    private final CompletableFuture<List<SinkOutcome>> answer = new CompletableFuture<>();

    Call(int size) {
      outcomes = new SinkOutcome[size];
      open = size;
      if (size == 0) {
        answer.complete(List.of());
      }
    }

    CompletableFuture<List<SinkOutcome>> answer() {
      return answer;
    }

    private void settle(int index, SinkOutcome outcome) {
      boolean complete;
      synchronized (this) {
        if (outcomes[index] != null) {
          return;
        }
        outcomes[index] = outcome;
        complete = --open == 0;
      }
      if (complete) {
        List<SinkOutcome> all = new ArrayList<>(outcomes.length);
        for (SinkOutcome one : outcomes) {
          all.add(one);
        }
        answer.complete(all);
      }
    }

    private synchronized boolean isSettled(int index) {
      return outcomes[index] != null;
    }
  }

  private final Call call;
  private final int index;
  final io.penstock.connector.SinkRecord event;
  final long acceptedNs;

  /** As the plugin gets it; null until it is converted. Of the plugin's thread. */
  @Nullable SinkRecord record;

  SinkEntry(Call call, int index, io.penstock.connector.SinkRecord event, long acceptedNs) {
    this.call = call;
    this.index = index;
    this.event = event;
    this.acceptedNs = acceptedNs;
  }

  /** Sets the outcome, unless it has one. Any thread. */
  void settle(SinkOutcome outcome) {
    call.settle(index, outcome);
  }

  /** Any thread. */
  boolean isSettled() {
    return call.isSettled(index);
  }
}
