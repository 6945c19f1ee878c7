package io.penstock.engine.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.SinkOutcome;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.deliver.Delivery.Interest;
import io.penstock.engine.deliver.Delivery.Ordered;
import io.penstock.engine.deliver.Delivery.Verdict;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Delivery, retry and order. */
class SinkPortTest extends SinkPortBench {

  // ---- delivery and retry

  @Test
  void retriesOnlyWhatFailedAndInTheSameOrder() {
    SinkPort<String> port = openPort();
    submit(port, Ordered.YES, "a", "b", "c", "d");
    answer(OK, FAILED, OK, NOT_TRIED);
    assertThat(owners.finished).containsExactly("a", "c");
    assertThat(sink.calls).hasSize(1);

    pass(10 * MS - 1);
    assertThat(sink.calls).hasSize(1);
    pass(1);
    assertThat(lastIds()).containsExactly("b", "d");
    answer(OK, OK);
    assertThat(owners.finished).containsExactly("a", "c", "b", "d");
    assertThat(gate.inFlight()).isZero();
    assertThat(port.status().waiting()).isZero();
    assertThat(port.status().delivered()).isEqualTo(4);
    assertThat(port.status().retries()).isEqualTo(2);
  }

  @Test
  void isRefusedAfterItsAttempts() {
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a", "b");
    answer(FAILED, FAILED);
    pass(10 * MS);
    answer(FAILED, OK);
    pass(20 * MS);
    assertThat(lastIds()).containsExactly("a");
    assertThat(owners.refused).isEmpty();
    answer(FAILED);
    assertThat(owners.refused).containsExactly("a SINK_EXHAUSTED");
    assertThat(owners.refusals.get(0).text()).isEqualTo("down");
    assertThat(owners.refusals.get(0).port()).isSameAs(port);
    pass(1_000 * MS);
    assertThat(sink.calls).hasSize(3);
    assertThat(port.status().waiting()).isZero();
  }

  @Test
  void aThrottleCostsNoAttemptAndTheSecondInARowShutsTheGate() {
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a");
    for (int i = 0; i < 20; i++) {
      answer(THROTTLED);
      assertThat(gate.isOpen(core.nowNs)).as("throttle %d", i).isEqualTo(i == 0);
      assertThat(gate.limit()).isLessThan(4);
      pass(100 * MS);
      assertThat(sink.calls).hasSize(i + 2);
    }
    assertThat(owners.refused).isEmpty();
    answer(FAILED);
    pass(10 * MS);
    answer(FAILED);
    assertThat(owners.refused).as("two failures of three").isEmpty();
    pass(20 * MS);
    answer(OK);
    assertThat(owners.finished).contains("a");
  }

  @Test
  void theDelayThatASinkAsksForIsKept() {
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a");
    answer(new SinkOutcome.Throttled(Duration.ofMillis(500), "busy"));
    assertThat(port.nextChangeNs(core.nowNs)).as("nothing is in line").isEqualTo(Long.MAX_VALUE);
    submit(port, Ordered.NO, "b");
    assertThat(port.nextChangeNs(core.nowNs)).isEqualTo(core.nowNs + 500 * MS);
    pass(499 * MS);
    assertThat(sink.calls).hasSize(1);
    pass(1 * MS);
    assertThat(sink.calls).hasSize(3);
  }

  @Test
  void anEndlessDelayIsNoDefect() {
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a", "b");
    answer(
        new SinkOutcome.Retry(Duration.ofSeconds(Long.MAX_VALUE), "later"),
        new SinkOutcome.Throttled(Duration.ofSeconds(Long.MAX_VALUE), "later"));
    pass(Duration.ofDays(30).toNanos());
    assertThat(sink.calls).hasSize(1);
    pass(Duration.ofDays(400).toNanos());
    assertThat(lastIds()).containsExactly("a", "b");
  }

  @Test
  void whatIsTooOldIsRefusedAtItsNextFailure() {
    retry =
        new RetryPolicy(
            OptionalInt.empty(),
            Duration.ofMillis(10),
            Duration.ofMillis(10),
            Optional.of(Duration.ofMillis(25)));
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a");
    answer(FAILED);
    pass(10 * MS);
    answer(FAILED);
    pass(10 * MS);
    assertThat(owners.refused).isEmpty();
    pass(10 * MS);
    answer(FAILED);
    assertThat(owners.refused).containsExactly("a SINK_EXHAUSTED");
  }

  @Test
  void aRejectedParcelIsRefusedAtOnce() {
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a", "b");
    answer(REJECTED, OK);
    assertThat(owners.refused).containsExactly("a SINK_REJECTED");
    assertThat(owners.finished).containsExactly("b");
    assertThat(port.status().lastError()).isPresent();
  }

  @Test
  void whatIsKeptTryingGoesOnAtTheLongestBackoff() {
    owners.verdict = Verdict.KEEP_TRYING;
    SinkPort<String> port = openPort();
    submit(port, Ordered.YES, "a");
    for (int i = 1; i <= 5; i++) {
      answer(REJECTED);
      assertThat(owners.refused).hasSize(i);
      assertThat(core.nextTimerNs()).isEqualTo(100 * MS);
      pass(100 * MS);
      assertThat(sink.calls).hasSize(i + 1);
    }
    answer(OK);
    assertThat(owners.finished).containsExactly("a");
  }

  @Test
  void aSinkThatTriesNothingIsAskedAgainAfterABackoffAndCostsNoAttempt() {
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a", "b");
    for (int i = 0; i < 10; i++) {
      answer(NOT_TRIED, NOT_TRIED);
      assertThat(core.nextTimerNs()).as("no busy loop").isPositive();
      pass(core.nextTimerNs());
    }
    answer(OK, OK);
    assertThat(owners.finished).containsExactly("a", "b");
    assertThat(owners.refused).isEmpty();
  }

  // ---- order: held until the owner of a given-up parcel is settled

  @Test
  void aGivenUpParcelHoldsTheRestOfAnOrderedDelivery() {
    retry = retry.withMaxAttempts(1);
    SinkPort<String> port = openPort();
    submit(port, Ordered.YES, "a", "b", "c");
    answer(FAILED, NOT_TRIED, NOT_TRIED);
    assertThat(owners.refused).containsExactly("a SINK_EXHAUSTED");
    pass(1_000 * MS);
    assertThat(sink.calls).as("held").hasSize(1);

    port.release(owners.refusals.get(0).delivery(), core.nowNs);
    turn();
    assertThat(lastIds()).containsExactly("b", "c");
    answer(OK, OK);
    assertThat(owners.finished).containsExactly("b", "c");
  }

  @Test
  void isReleasedWhenTheLastOfSeveralIsSettled() {
    retry = retry.withMaxAttempts(1);
    SinkPort<String> port = openPort();
    submit(port, Ordered.YES, "a", "b", "c");
    answer(FAILED, FAILED, NOT_TRIED);
    pass(1_000 * MS);
    port.release(owners.refusals.get(0).delivery(), core.nowNs);
    turn();
    assertThat(sink.calls).hasSize(1);
    port.release(owners.refusals.get(1).delivery(), core.nowNs);
    turn();
    assertThat(lastIds()).containsExactly("c");
  }

  @Test
  void aReleaseBeforeTheRetryIsDueChangesNothing() {
    retry = retry.withMaxAttempts(1);
    SinkPort<String> port = openPort();
    submit(port, Ordered.YES, "a", "b");
    answer(FAILED, NOT_TRIED);
    port.release(owners.refusals.get(0).delivery(), core.nowNs);
    turn();
    assertThat(sink.calls).hasSize(1);
    pass(10 * MS);
    assertThat(lastIds()).containsExactly("b");
    pass(1_000 * MS);
    assertThat(sink.calls).hasSize(2);
  }

  @Test
  void anUnorderedDeliveryIsNotHeld() {
    retry = retry.withMaxAttempts(1);
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a", "b");
    answer(FAILED, NOT_TRIED);
    pass(10 * MS);
    assertThat(lastIds()).containsExactly("b");
  }

  @Test
  void whatIsGoneWhileHeldIsNotSent() {
    retry = retry.withMaxAttempts(1);
    SinkPort<String> port = openPort();
    submit(port, Ordered.YES, "a", "b", "c");
    answer(FAILED, NOT_TRIED, NOT_TRIED);
    pass(1_000 * MS);
    owners.interests.put("b", Interest.GONE);
    port.release(owners.refusals.get(0).delivery(), core.nowNs);
    turn();
    assertThat(lastIds()).containsExactly("c");
    assertThat(owners.finished).isEmpty();
  }

  // ---- what became of the owner meanwhile

  @Test
  void aCoveredParcelIsFinishedWithoutAnotherTry() {
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a0", "a1", "b");
    owners.interests.put("a", Interest.COVERED);
    answer(OK, FAILED, FAILED);
    assertThat(owners.finished).containsExactly("a0", "a1");
    pass(10 * MS);
    assertThat(lastIds()).containsExactly("b");
    assertThat(port.status().waiting()).isEqualTo(1);
  }

  @Test
  void aParcelWhoseOwnerHasGoneIsOutWithoutAWord() {
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a", "b");
    owners.interests.put("a", Interest.GONE);
    answer(FAILED, OK);
    assertThat(owners.finished).containsExactly("b");
    assertThat(owners.refused).isEmpty();
    pass(1_000 * MS);
    assertThat(sink.calls).hasSize(1);
    assertThat(port.status().waiting()).isZero();
  }

  @Test
  void theLastTryIsTheLast() {
    retry = RetryPolicy.FOREVER;
    SinkPort<String> port = openPort();
    submit(port, Ordered.NO, "a");
    owners.interests.put("a", Interest.LAST_TRY);
    answer(FAILED);
    assertThat(owners.refused).containsExactly("a HEAD_OF_LINE");
  }
}
