package io.penstock.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.DecodeException;
import io.penstock.connector.Demand;
import io.penstock.engine.DeliveryPolicy.UnreadableData;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.fake.FakeRecord;
import io.penstock.engine.intake.Chunk.Kind;
import io.penstock.engine.intake.Chunk.Problem;
import io.penstock.engine.transform.TransformException;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opening, polling, pausing, reading. */
class IntakeTest extends IntakeBench {

  // ---- open and failure

  @Test
  void opensAgainAfterABackoffThatGrows() {
    for (int i = 0; i < 3; i++) {
      log.onOpen(
          () -> {
            throw ConnectorException.retry("broker:9092 can't be reached", null);
          });
    }
    step();
    assertThat(core.told).containsExactly("failed: broker:9092 can't be reached");
    nowNs += 199 * MS;
    assertThat(step()).isBetween(1L, 5 * MS);
    assertThat(log.opened()).isEqualTo(1);
    nowNs += 1 * MS;
    step();
    assertThat(log.opened()).isEqualTo(2);
    nowNs += 399 * MS;
    step();
    assertThat(log.opened()).isEqualTo(2);
    nowNs += 1 * MS;
    step();
    nowNs += 800 * MS;
    step();
    assertThat(log.opened()).isEqualTo(4);
    assertThat(core.told).hasSize(4).last().isEqualTo("opened");
  }

  @Test
  void aFatalOpenIsToldOnceAndWaitsForTheStop() {
    log.onOpen(
        () -> {
          throw ConnectorException.fatal("topic 'orders' does not exist", null);
        });
    step();
    assertThat(core.told).containsExactly("fatal: topic 'orders' does not exist");
    nowNs += Duration.ofHours(1).toNanos();
    assertThat(step()).isPositive();
    assertThat(log.opened()).isEqualTo(1);
    intake.stop();
    assertThat(step()).isEqualTo(Intake.DONE);
    assertThat(log.closed()).isEqualTo(1);
    assertThat(core.told).last().isEqualTo("closed");
    assertThat(step()).isEqualTo(Intake.DONE);
    assertThat(log.closed()).isEqualTo(1);
  }

  @Test
  void aPollThatFailsIsTriedAgainAndTheRecoveryIsTold() {
    start();
    log.onPoll(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    step();
    assertThat(core.told).containsExactly("failed: java.lang.IllegalStateException: on purpose");
    int polls = log.polls();
    nowNs += 199 * MS;
    step();
    assertThat(log.polls()).isEqualTo(polls);
    nowNs += 1 * MS;
    step();
    assertThat(core.told).last().isEqualTo("recovered");
    step();
    assertThat(core.told).hasSize(2);
  }

  @Test
  void aFatalPollStops() {
    start();
    log.onPoll(
        () -> {
          throw ConnectorException.fatal("not authorized", null);
        });
    step();
    assertThat(core.told).containsExactly("fatal: not authorized");
    int polls = log.polls();
    nowNs += Duration.ofHours(1).toNanos();
    step();
    assertThat(log.polls()).isEqualTo(polls);
  }

  @Test
  void commandsRunWhileItWaits() {
    start();
    log.onPoll(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    step();
    intake.commit(core.commit("a", 7));
    step();
    assertThat(log.committed("a")).isEqualTo(7);
  }

  // ---- taking and pausing

  @Test
  void handsOverWhatItPolled() {
    start();
    log.append("a", "1", "k");
    log.append("a", "2", "k");
    log.append("b", "3", "k");
    assertThat(step()).isZero();
    assertThat(core.chunks).hasSize(2);
    Chunk first = core.chunks.get(0);
    assertThat(first.lane()).isSameAs(core.handle("a"));
    assertThat(first.events()).extracting(Event::id).containsExactly("1", "2");
    assertThat(first.problems()).isNull();
    assertThat(first.nextPosition()).isEqualTo(2);
    assertThat(budget.usedBytes()).isEqualTo(3 * (100 + Budget.EVENT_OVERHEAD));
  }

  @Test
  void aPausePausesTheLanesAndPollsOn() {
    start();
    intake.paused(true);
    log.append("a", "1", "k");
    assertThat(step()).isPositive();
    assertThat(log.calls()).containsExactlyInAnyOrder("pause a", "pause b");
    assertThat(core.chunks).isEmpty();
    int polls = log.polls();
    step();
    assertThat(log.polls()).as("membership is kept").isEqualTo(polls + 1);
    assertThat(log.demands()).last().isEqualTo(new Demand(0, 0, Set.of()));
    assertThat(log.calls()).hasSize(2);

    intake.paused(false);
    step();
    assertThat(log.calls()).hasSize(4).contains("resume a", "resume b");
    assertThat(core.chunks).hasSize(1);
  }

  @Test
  void aFullLaneIsPausedAlone() {
    start();
    core.handle("a").full(true);
    log.append("a", "1", "k");
    log.append("b", "2", "k");
    step();
    assertThat(log.calls()).containsExactly("pause a");
    assertThat(core.chunks).hasSize(1);
    core.handle("a").full(false);
    step();
    assertThat(log.calls()).containsExactly("pause a", "resume a");
    assertThat(core.chunks).hasSize(2);
  }

  @Test
  void anExhaustedBudgetPausesUntilAQuarterIsFree() {
    start();
    log.append("a", FakeRecord.of("1", 0, "").sized(9_840));
    step();
    assertThat(budget.usedBytes()).isEqualTo(10_000);
    takeChunks();
    log.append("b", "2", "");
    step();
    assertThat(log.isPaused("a")).isTrue();
    assertThat(core.chunks).isEmpty();
    budget.add(-2_500);
    step();
    assertThat(core.chunks).as("7,500 are used of 10,000").isEmpty();
    budget.add(-1);
    step();
    assertThat(core.chunks).hasSize(1);
    assertThat(log.isPaused("a")).isFalse();
  }

  @Test
  void aBacklogOfChunksIsWaitedFor() {
    log.maxPerPoll(1);
    start();
    for (int i = 0; i < 20; i++) {
      log.append("a", "e" + i, "");
    }
    for (int i = 0; i < 20; i++) {
      step();
    }
    assertThat(core.chunks).hasSize(8);
    assertThat(step()).isPositive();
    takeChunks();
    step();
    assertThat(core.chunks).hasSize(1);
  }

  @Test
  void tellsTheLagOfItsLanes() {
    start();
    intake.paused(true);
    for (int i = 0; i < 5; i++) {
      log.append("a", "e" + i, "");
    }
    nowNs += 1_000 * MS;
    step();
    assertThat(core.handle("a").lag()).isEqualTo(5);
    assertThat(core.handle("b").lag()).isZero();
  }

  // ---- decode and filter

  @Test
  void whatCanNotBeReadIsAProblemOfTheChunk() {
    stages =
        new Stages(
            new JsonCodec(),
            Optional.of(
                (event, format) -> {
                  if (event.id().equals("defect")) {
                    throw new IllegalStateException("a defect of the filter");
                  }
                  return !event.id().equals("filtered");
                }),
            Optional.empty(),
            UnreadableData.REJECT);
    intake = intake();
    start();
    log.append("a", "1", "");
    log.append("a", FakeRecord.of("2", 0, "").unreadable("not a CloudEvent"));
    log.append("a", "filtered", "");
    log.append("a", "defect", "");
    step();
    Chunk chunk = core.chunks.get(0);
    assertThat(chunk.events()[0].id()).isEqualTo("1");
    assertThat(chunk.events()[1]).isNull();
    assertThat(chunk.events()[2]).isNull();
    assertThat(chunk.problems())
        .containsExactly(
            null,
            new Problem(Kind.UNREADABLE, "not a CloudEvent"),
            null,
            new Problem(
                Kind.UNREADABLE, "java.lang.IllegalStateException: a defect of the filter"));
  }

  @Test
  void aRecordThatOverflowsTheStackIsAProblemAndNoMore() {
    stages =
        new Stages(
            new JsonCodec(),
            Optional.of(
                (event, format) -> {
                  throw new StackOverflowError();
                }),
            Optional.empty(),
            UnreadableData.REJECT);
    intake = intake();
    start();
    log.append("a", "deep", "");
    step();
    assertThat(core.chunks.get(0).problems()).hasSize(1);
    assertThat(core.chunks.get(0).problems()[0].text()).contains("StackOverflowError");
  }

  @ParameterizedTest
  @CsvSource({
    "REJECT, filter, UNREADABLE",
    "NO_MATCH, filter, UNREADABLE_NO_MATCH",
    "REJECT, transform, UNREADABLE",
    "NO_MATCH, transform, UNREADABLE",
    "NO_MATCH, path, TRANSFORM_FAILED",
  })
  void payloadsThatCanNotBeReadFollowThePolicyOfTheFilter(
      UnreadableData policy, String where, Kind kind) {
    stages =
        new Stages(
            new JsonCodec(),
            Optional.of(
                (event, format) -> {
                  if (where.equals("filter")) {
                    throw new DecodeException("not JSON");
                  }
                  return true;
                }),
            Optional.of(
                (event, format) -> {
                  if (where.equals("path")) {
                    throw new TransformException("not JSON");
                  }
                  throw new DecodeException("not JSON");
                }),
            policy);
    intake = intake();
    start();
    log.append("a", "1", "");
    step();
    assertThat(core.chunks.get(0).problems()).containsExactly(new Problem(kind, "not JSON"));
    assertThat(core.chunks.get(0).events()).containsOnlyNulls();
  }
}
