package io.penstock.engine.core;

import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneStart;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.QueueSource;
import io.penstock.connector.Source;
import io.penstock.connector.SourceRecord;
import io.penstock.engine.intake.Chunk;
import io.penstock.engine.intake.Intake;
import io.penstock.engine.intake.LaneHandle;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Carries what the intake says to the core thread, in order. */
final class IntakeLink implements Intake.Core {

  private final ConnectorCore core;
  private final boolean isQueue;
  private final int maxSpan;

  IntakeLink(ConnectorCore core, Source source, int maxSpan) {
    this.core = core;
    this.isQueue = source instanceof QueueSource;
    this.maxSpan = maxSpan;
  }

  @Override
  public LaneHandle lane(LaneStart start) {
    long uid = OrderKeys.of(start.lane().name());
    return isQueue
        ? new LaneState.Queue(start, uid)
        : new LaneState.Log(start, uid, core.loop().ledgers().ledger(start, maxSpan));
  }

  private static List<LaneState> states(List<LaneHandle> handles) {
    return handles.stream().map(LaneState.class::cast).toList();
  }

  @Override
  public void opened() {
    core.post(core::sourceOpened);
  }

  @Override
  public void assigned(List<LaneHandle> lanes) {
    core.post(now -> core.lanes().assigned(states(lanes)));
  }

  @Override
  public void chunk(Chunk chunk) {
    core.post(now -> core.admit(chunk, now));
  }

  @Override
  public CompletionStage<Map<Lane, LaneCommit>> revoking(List<LaneHandle> lanes) {
    CompletableFuture<Map<Lane, LaneCommit>> answer = new CompletableFuture<>();
    core.post(now -> core.lanes().revoking(new Revocation(states(lanes), answer), now));
    return answer;
  }

  @Override
  public void lost(List<LaneHandle> lanes) {
    core.post(now -> core.lanes().forget(states(lanes), now));
  }

  @Override
  public void commitFailed(List<LaneHandle> lanes) {
    core.post(now -> states(lanes).forEach(LaneState::commitFailed));
  }

  @Override
  public void moved(LaneHandle from, LaneHandle to) {
    core.post(
        now -> {
          core.lanes().forget(List.of((LaneState) from), now);
          core.lanes().assigned(List.of((LaneState) to));
        });
  }

  @Override
  public void cancel(LaneHandle lane, SourceRecord record) {
    core.post(now -> core.works().cancel((LaneState) lane, record, now));
  }

  @Override
  public void failed(String text) {
    core.post(now -> core.sourceFailed(text));
  }

  @Override
  public void recovered() {
    core.post(now -> core.sourceRecovered());
  }

  @Override
  public void fatal(String text) {
    core.post(now -> core.fatal("SOURCE_FAILED", text));
  }

  @Override
  public void closed() {
    core.post(core::sourceClosed);
  }
}
