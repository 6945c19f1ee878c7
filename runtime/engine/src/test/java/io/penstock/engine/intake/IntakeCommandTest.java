package io.penstock.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SeekTarget;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Commits, seeks, and the end. */
class IntakeCommandTest extends IntakeBench {

  // ---- commits

  @Test
  void commitsWhatIsOwned() {
    start();
    intake.commit(core.commit("a", 7));
    assertThat(log.commits()).isEmpty();
    step();
    assertThat(log.committed("a")).isEqualTo(7);
  }

  @Test
  void aCommitOfALaneThatWasGivenUpIsNotSent() {
    start();
    Map<LaneHandle, LaneCommit> stale = core.commit("a", 7);
    core.settled.put(new Lane("a"), new LaneCommit(3, PositionRanges.empty()));
    log.revokeSoon("a");
    step();
    assertThat(core.told).containsExactly("revoking [a]");
    assertThat(log.committed("a")).isEqualTo(3);
    intake.commit(stale);
    step();
    assertThat(log.committed("a")).isEqualTo(3);

    log.assignSoon("a");
    step();
    intake.commit(stale);
    step();
    assertThat(log.committed("a")).as("the lane is back, but under another handle").isEqualTo(3);
    intake.commit(core.commit("a", 8));
    step();
    assertThat(log.committed("a")).isEqualTo(8);
  }

  @Test
  void aCommitOfALostLaneIsNotSent() {
    start();
    Map<LaneHandle, LaneCommit> stale = core.commit("a", 7);
    log.loseSoon("a");
    step();
    intake.commit(stale);
    step();
    assertThat(core.told).containsExactly("lost [a]");
    assertThat(log.commits()).isEmpty();
  }

  @Test
  void aLaneThatIsAssignedAgainWithoutAWordWasLost() {
    start();
    log.assignSoon("a");
    step();
    assertThat(core.told).containsExactly("lost [a]", "assigned [a]");
  }

  @Test
  void aCommitThatIsNotKeptIsTold() {
    start();
    log.onCommit(() -> log.tellCommitFailed("a"));
    intake.commit(core.commit("a", 7));
    step();
    assertThat(core.told).containsExactly("commitFailed [a]");
  }

  @Test
  void aCommitThatThrowsIsToldAndTheTroubleIsOverWithTheNext() {
    start();
    log.onCommit(
        () -> {
          throw new IllegalStateException("rebalance in progress");
        });
    intake.commit(core.commit("a", 7));
    step();
    assertThat(core.told).containsExactly("commitFailed [a]", "failed: rebalance in progress");
    step();
    assertThat(core.told).as("not before one has worked").doesNotContain("recovered");
    intake.commit(core.commit("a", 7));
    step();
    assertThat(core.told).last().isEqualTo("recovered");
    assertThat(log.committed("a")).isEqualTo(7);
  }

  @Test
  void aFatalCommitStops() {
    start();
    log.onCommit(
        () -> {
          throw ConnectorException.fatal("not authorized to commit", null);
        });
    intake.commit(core.commit("a", 7));
    step();
    assertThat(core.told).contains("fatal: not authorized to commit");
    int polls = log.polls();
    step();
    assertThat(log.polls()).isEqualTo(polls);
  }

  // ---- seek

  private long seek(String lane, SeekTarget target) {
    AtomicLong to = new AtomicLong(-1);
    RuntimeException[] failure = {null};
    intake.submit(
        () -> {
          try {
            to.set(intake.seek(new Lane(lane), target));
          } catch (RuntimeException e) {
            failure[0] = e;
          }
        });
    intake.doWork(nowNs, Duration.ZERO);
    if (failure[0] != null) {
      throw failure[0];
    }
    return to.get();
  }

  @Test
  void aSeekMovesTheLaneAndCommits() {
    start();
    for (int i = 0; i < 5; i++) {
      log.append("a", "e" + i, "");
    }
    step();
    core.chunks.clear();
    Map<LaneHandle, LaneCommit> stale = core.commit("a", 4);
    assertThat(seek("a", new SeekTarget.Position(2))).isEqualTo(2);
    assertThat(core.told).containsExactly("moved a from 0 to 2");
    assertThat(log.committed("a")).isEqualTo(2);
    assertThat(core.chunks.get(0).lane()).isSameAs(core.handle("a"));
    assertThat(core.chunks.get(0).events()).extracting(Event::id).containsExactly("e2", "e3", "e4");
    intake.commit(stale);
    step();
    assertThat(log.committed("a")).as("what was before the seek moves nothing").isEqualTo(2);
  }

  @Test
  void aSeekWhoseCommitFailsHasMovedAllTheSame() {
    start();
    log.append("a", "e", "");
    log.onCommit(
        () -> {
          throw new IllegalStateException("rebalance in progress");
        });
    assertThat(seek("a", new SeekTarget.Latest())).isEqualTo(1);
    assertThat(core.told).containsExactly("moved a from 0 to 1", "commitFailed [a]");
  }

  @Test
  void aSeekSaysWhyNot() {
    start();
    assertThatThrownBy(() -> seek("c", new SeekTarget.Earliest()))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("lane 'c' isn't owned here")
        .hasMessageContaining("a");
    assertThatThrownBy(() -> seek("a", new SeekTarget.Position(99)))
        .hasMessageContaining("there is no position 99, the end is 0");
    assertThat(core.told).isEmpty();
  }

  // ---- the end

  /** A race of two threads: the commands and the stop come while the intake is in its round. */
  @Test
  void whatWasSubmittedBeforeTheStopIsCarriedOut() throws Exception {
    for (int i = 0; i < 1_500; i++) {
      Intake racing = intake();
      AtomicInteger carriedOut = new AtomicInteger();
      Thread other =
          new Thread(
              () -> {
                racing.submit(carriedOut::incrementAndGet);
                racing.submit(carriedOut::incrementAndGet);
                racing.stop();
              });
      other.start();
      while (racing.doWork(nowNs, Duration.ZERO) != Intake.DONE) {
        Thread.onSpinWait();
      }
      other.join();
      assertThat(carriedOut.get()).as("round " + i).isEqualTo(2);
    }
  }

  @Test
  void closesWithItsLanesGivenUp() {
    start();
    core.settled.put(new Lane("a"), new LaneCommit(9, PositionRanges.empty()));
    intake.stop();
    assertThat(step()).isEqualTo(Intake.DONE);
    assertThat(core.told).containsExactly("revoking [a, b]", "closed");
    assertThat(log.committed("a")).isEqualTo(9);
  }

  @Test
  void aCloseThatFailsIsToldAndIsTheEnd() {
    start();
    log.onClose(
        () -> {
          throw new IllegalStateException("commit failed");
        });
    intake.stop();
    assertThat(step()).isEqualTo(Intake.DONE);
    assertThat(core.told).containsExactly("revoking [a, b]", "failed: commit failed", "closed");
  }

  private static final class Told implements Intake.Command {
    private final List<String> told = new ArrayList<>();

    @Override
    public void run() {
      told.add("run");
    }

    @Override
    public void dropped() {
      told.add("dropped");
    }
  }

  @Test
  void aCommandAfterTheEndIsDropped() {
    start();
    Told late = new Told();
    log.onClose(() -> intake.submit(late));
    intake.stop();
    step();
    assertThat(late.told).containsExactly("dropped");
    Told later = new Told();
    intake.submit(later);
    assertThat(later.told).containsExactly("dropped");
  }

  @Test
  void anIntakeWhoseThreadDiedIsOver() {
    start();
    intake.died(new OutOfMemoryError("on purpose"));
    assertThat(core.told)
        .containsExactly(
            "fatal: the intake thread ended: java.lang.OutOfMemoryError: on purpose", "closed");
    assertThat(step()).isEqualTo(Intake.DONE);
    assertThat(log.closed()).isZero();
  }
}
