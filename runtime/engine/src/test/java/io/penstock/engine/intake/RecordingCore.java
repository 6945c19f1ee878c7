package io.penstock.engine.intake;

import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneStart;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SourceRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Writes down what an intake tells, and answers revocations with what a test says. */
final class RecordingCore implements Intake.Core {

  /** A lane's handle without anything behind it. */
  static final class Handle extends LaneHandle {
    Handle(LaneStart start) {
      super(start);
    }
  }

  final List<String> told = new ArrayList<>();
  final List<Chunk> chunks = new ArrayList<>();
  final Map<String, Handle> handles = new HashMap<>();
  final Map<Lane, LaneCommit> settled = new HashMap<>();

  /** The handle of a lane that came last. */
  Handle handle(String lane) {
    return handles.get(lane);
  }

  /** A commit of a lane under its present handle. */
  Map<LaneHandle, LaneCommit> commit(String lane, long position) {
    return Map.of(handle(lane), new LaneCommit(position, PositionRanges.empty()));
  }

  private static List<Lane> names(List<LaneHandle> lanes) {
    return lanes.stream().map(LaneHandle::lane).toList();
  }

  @Override
  public LaneHandle lane(LaneStart start) {
    Handle handle = new Handle(start);
    handles.put(start.lane().name(), handle);
    return handle;
  }

  @Override
  public void opened() {
    told.add("opened");
  }

  @Override
  public void cancel(LaneHandle lane, SourceRecord record) {
    told.add("cancel " + lane.lane() + " " + record.position());
  }

  @Override
  public void assigned(List<LaneHandle> lanes) {
    told.add("assigned " + names(lanes));
  }

  @Override
  public void chunk(Chunk chunk) {
    chunks.add(chunk);
  }

  @Override
  public CompletionStage<Map<Lane, LaneCommit>> revoking(List<LaneHandle> lanes) {
    told.add("revoking " + names(lanes));
    Map<Lane, LaneCommit> answer = new HashMap<>(settled);
    answer.keySet().retainAll(names(lanes));
    return CompletableFuture.completedFuture(answer);
  }

  @Override
  public void lost(List<LaneHandle> lanes) {
    told.add("lost " + names(lanes));
  }

  @Override
  public void commitFailed(List<LaneHandle> lanes) {
    told.add("commitFailed " + names(lanes));
  }

  @Override
  public void moved(LaneHandle from, LaneHandle to) {
    told.add(
        "moved "
            + from.lane()
            + " from "
            + from.start().position()
            + " to "
            + to.start().position());
  }

  @Override
  public void failed(String text) {
    told.add("failed: " + text);
  }

  @Override
  public void recovered() {
    told.add("recovered");
  }

  @Override
  public void fatal(String text) {
    told.add("fatal: " + text);
  }

  @Override
  public void closed() {
    told.add("closed");
  }
}
