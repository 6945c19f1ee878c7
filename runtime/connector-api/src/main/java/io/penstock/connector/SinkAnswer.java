package io.penstock.connector;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one call of {@link Sink#deliver}, put together by sinks whose clients answer record
 * by record. It completes when the call has ended its sending and every record has its outcome; each
 * may be told once, on any thread. Outcomes are kept only once one is other than delivered, which is
 * seldom.
 */
public final class SinkAnswer {

  private final int size;
  private final Thread deliveryThread = Thread.currentThread();
  private final CompletableFuture<List<SinkOutcome>> stage = new CompletableFuture<>();

  /** The records without an outcome, and one for the sending itself. */
  private final AtomicInteger open;

  private SinkOutcome @Nullable [] outcomes;

  /** The answer for so many records; made by the delivery thread. */
  public SinkAnswer(int size) {
    this.size = size;
    this.open = new AtomicInteger(size + 1);
  }

  /** The answer, as {@link Sink#deliver} returns it. */
  public CompletionStage<List<SinkOutcome>> stage() {
    return stage;
  }

  /** Whether the caller is still sending: a client answers from within when it refuses at once. */
  public boolean isSending() {
    return Thread.currentThread() == deliveryThread;
  }

  /** One more record is delivered. */
  public void delivered() {
    countDown();
  }

  /** The record at this place of the call is not delivered. */
  public void failed(int index, SinkOutcome outcome) {
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
  public void sent() {
    countDown();
  }

  private void countDown() {
    if (open.decrementAndGet() == 0) {
      stage.complete(result());
    }
  }

  private synchronized List<SinkOutcome> result() {
    return outcomes == null
        ? Collections.nCopies(size, SinkOutcome.Delivered.INSTANCE)
        : Arrays.asList(outcomes);
  }
}
