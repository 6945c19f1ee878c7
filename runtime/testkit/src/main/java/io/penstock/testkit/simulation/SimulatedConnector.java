package io.penstock.testkit.simulation;

import io.penstock.connector.Lane;
import io.penstock.connector.SeekTarget;
import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.ConnectorStatus;
import io.penstock.engine.ConnectorStatus.Pause;
import io.penstock.engine.core.ConnectorCore;
import io.penstock.engine.core.CoreLoop;
import io.penstock.engine.intake.Intake;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One connector of a worker, from its start to its end. */
final class SimulatedConnector {

  private final World world;
  private final CoreLoop loop;
  private final SimulatedLog.Member member;
  private final ConnectorCore core;
  private @Nullable Intake intake;
  private boolean intakeDone;
  private boolean left;
  private @Nullable CompletableFuture<Integer> stopped;

  SimulatedConnector(World world, CoreLoop loop, SimulatedLog.Member member, ConnectorPlan plan) {
    this.world = world;
    this.loop = loop;
    this.member = member;
    this.core = new ConnectorCore(loop, plan, Optional.empty());
    loop.post(now -> loop.add(core, now));
  }

  String name() {
    return core.name();
  }

  void run(Intake made) {
    intake = made;
  }

  void stepIntake() {
    Intake stepped = intake;
    if (stepped != null && !intakeDone) {
      intakeDone = stepped.doWork(world.nowNs(), Duration.ZERO) == Intake.DONE;
    }
    left = intakeDone && member.isLeft();
  }

  /** Ends without a word. What is on its way to a sink may still arrive. */
  void crash() {
    member.crash();
  }

  void pauseFor(Duration time) {
    if (stopped == null) {
      core.post(now -> core.pause(new Pause("simulation", Instant.EPOCH)));
      world.later(time, this::resume);
    }
  }

  void resume() {
    if (stopped == null) {
      core.post(now -> core.pause(null));
    }
  }

  /** Goes back to a place; what is there and after it is handled again. */
  void seekBack(Lane lane, long position) {
    CompletableFuture<Long> answer = new CompletableFuture<>();
    core.post(now -> core.seek(lane.name(), new SeekTarget.Position(position), answer));
  }

  void stop(Duration drain) {
    if (stopped == null) {
      CompletableFuture<Integer> answer = new CompletableFuture<>();
      stopped = answer;
      core.post(
          now ->
              core.stop(drain, now)
                  .thenAccept(
                      abandoned -> {
                        loop.post(later -> loop.remove(core));
                        answer.complete(abandoned);
                      }));
    }
  }

  /** Whether it has stopped and given up all its lanes. */
  boolean isOver() {
    return stopped != null && stopped.isDone() && left;
  }

  /** Whether nothing is under way, and nothing is kept for what was. */
  boolean isIdle() {
    if (intake == null) {
      return true;
    }
    ConnectorStatus status = core.status(world.nowNs());
    Oracle.require(status.window().bytes() >= 0, () -> "bytes are given back twice: " + status);
    return status.window().events() == 0
        && status.window().bytes() == 0
        && status.function().map(f -> f.inFlight() == 0 && f.stuck() == 0).orElse(true)
        && status.sinks().stream().allMatch(sink -> sink.waiting() == 0);
  }

  @Override
  public String toString() {
    return intake == null ? core.name() + " not started" : core.status(world.nowNs()).toString();
  }
}
