package io.penstock.server.cases;

import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A sink that keeps what it gets, after it has answered as its case says. One thread. */
final class StandInSink implements Sink {

  private final List<SinkOutcome> answers;
  private final List<SinkRecord> delivered = new ArrayList<>();
  private int asked;

  /**
   * @param answers to each record in turn, the last one to all further ones; without any it takes
   *     everything
   */
  StandInSink(List<SinkOutcome> answers) {
    this.answers = answers;
  }

  /** What it has. */
  List<SinkRecord> delivered() {
    return delivered;
  }

  @Override
  public Ordering ordering() {
    return Ordering.NONE;
  }

  @Override
  public void open(SinkContext context) {
    // Nothing to reach.
  }

  @Override
  public CompletionStage<List<SinkOutcome>> deliver(List<SinkRecord> records) {
    List<SinkOutcome> outcomes = new ArrayList<>();
    for (SinkRecord record : records) {
      @Nullable SinkOutcome answer =
          answers.isEmpty() ? null : answers.get(Math.min(asked++, answers.size() - 1));
      if (answer == null || answer instanceof SinkOutcome.Delivered) {
        delivered.add(record);
        outcomes.add(SinkOutcome.Delivered.INSTANCE);
      } else {
        outcomes.add(answer);
      }
    }
    return CompletableFuture.completedFuture(outcomes);
  }

  @Override
  public void close() {
    // Nothing to free.
  }
}
