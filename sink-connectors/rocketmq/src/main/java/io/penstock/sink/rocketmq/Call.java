package io.penstock.sink.rocketmq;

import io.penstock.connector.SinkOutcome;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One call of the sink under way: counts answers, and completes with the last. Outcomes are kept
 * only once one is other than delivered, which is seldom. Thread-safe.
 */
final class Call {

  private final int size;
  private final CompletableFuture<List<SinkOutcome>> answer = new CompletableFuture<>();

  /** The records without an answer, and one for the sending itself. */
  private final AtomicInteger open;

  private SinkOutcome @Nullable [] outcomes;

  Call(int size) {
    this.size = size;
    this.open = new AtomicInteger(size + 1);
  }

  CompletionStage<List<SinkOutcome>> answer() {
    return answer;
  }

  void delivered() {
    countDown();
  }

  void failed(int index, SinkOutcome outcome) {
    synchronized (this) {
      if (outcomes == null) {
        outcomes = new SinkOutcome[size];
        Arrays.fill(outcomes, SinkOutcome.Delivered.INSTANCE);
      }
      outcomes[index] = outcome;
    }
    countDown();
  }

  /** The sending has ended. */
  void sent() {
    countDown();
  }

  private void countDown() {
    if (open.decrementAndGet() == 0) {
      answer.complete(result());
    }
  }

  private synchronized List<SinkOutcome> result() {
    return outcomes == null
        ? Collections.nCopies(size, SinkOutcome.Delivered.INSTANCE)
        : Arrays.asList(outcomes);
  }
}
