package io.penstock.engine.deliver;

import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A sink that does what the test says, call by call; without a word it answers later. */
final class ScriptedSink implements Sink {

  /** One call and its answer. */
  record Call(List<String> ids, CompletableFuture<List<SinkOutcome>> answer) {
    void answer(SinkOutcome... outcomes) {
      answer.complete(List.of(outcomes));
    }
  }

  final List<Call> calls = new ArrayList<>();
  final ArrayDeque<Runnable> opens = new ArrayDeque<>();
  final ArrayDeque<Function<Call, CompletionStage<List<SinkOutcome>>>> script = new ArrayDeque<>();
  int opened;
  int closed;

  @Override
  public Ordering ordering() {
    return Ordering.KEPT;
  }

  @Override
  public void open(SinkContext context) {
    opened++;
    Runnable next = opens.poll();
    if (next != null) {
      next.run();
    }
  }

  @Override
  public CompletionStage<List<SinkOutcome>> deliver(List<SinkRecord> records) {
    List<String> ids = new ArrayList<>();
    records.forEach(r -> ids.add(r.event().id()));
    Call call = new Call(ids, new CompletableFuture<>());
    calls.add(call);
    Function<Call, CompletionStage<List<SinkOutcome>>> next = script.poll();
    return next == null ? call.answer() : next.apply(call);
  }

  @Override
  public void close() {
    closed++;
  }

  Call last() {
    return calls.get(calls.size() - 1);
  }
}
