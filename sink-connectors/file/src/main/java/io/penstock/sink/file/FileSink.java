package io.penstock.sink.file;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Adds a line for each event, all events of a call at once. */
final class FileSink implements Sink {

  private final String name;
  private final LineFormat format;
  private final LineOutput.Opener opener;
  private @Nullable LineOutput output;

  /**
   * Makes a sink.
   *
   * @param name of the output, for messages
   */
  FileSink(String name, LineFormat format, LineOutput.Opener opener) {
    this.name = name;
    this.format = format;
    this.opener = opener;
  }

  @Override
  public Ordering ordering() {
    return Ordering.KEPT;
  }

  @Override
  public void open(SinkContext context) {
    try {
      output = opener.open(context.failpoints());
    } catch (IOException e) {
      throw ConnectorException.retry(
          "connector "
              + context.connector()
              + " can't open "
              + name
              + " to write to: "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public CompletionStage<List<SinkOutcome>> deliver(List<SinkRecord> records) {
    LineOutput current = output;
    if (current == null) {
      throw new IllegalStateException("the sink " + name + " is not open");
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    List<SinkOutcome> outcomes = new ArrayList<>(records.size());
    for (SinkRecord record : records) {
      try {
        lines.writeBytes(format.line(record.event()));
        outcomes.add(SinkOutcome.Delivered.INSTANCE);
      } catch (LineFormat.NoLineException e) {
        outcomes.add(new SinkOutcome.Reject(String.valueOf(e.getMessage())));
      }
    }
    if (lines.size() > 0) {
      try {
        current.add(lines.toByteArray());
      } catch (IOException e) {
        markUndelivered(outcomes, "can't write to " + name + ": " + e.getMessage());
      }
    }
    return CompletableFuture.completedFuture(List.copyOf(outcomes));
  }

  /** Nothing of the call is there: the first is to be tried again, and the others after it. */
  private static void markUndelivered(List<SinkOutcome> outcomes, String text) {
    SinkOutcome next = new SinkOutcome.Retry(Duration.ZERO, text);
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i) == SinkOutcome.Delivered.INSTANCE) {
        outcomes.set(i, next);
        next = SinkOutcome.NotTried.INSTANCE;
      }
    }
  }

  @Override
  public void close() {
    LineOutput closing = output;
    output = null;
    if (closing != null) {
      try {
        closing.close();
      } catch (IOException e) {
        throw new UncheckedIOException(name + " can't be closed", e);
      }
    }
  }
}
