package io.penstock.engine.core;

import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A sink that does what another does, to be overridden. */
class ForwardingSink implements Sink {

  private final Sink to;

  ForwardingSink(Sink to) {
    this.to = to;
  }

  @Override
  public Ordering ordering() {
    return to.ordering();
  }

  @Override
  public void open(SinkContext context) {
    to.open(context);
  }

  @Override
  public CompletionStage<List<SinkOutcome>> deliver(List<SinkRecord> records) {
    return to.deliver(records);
  }

  @Override
  public void close() {
    to.close();
  }
}
