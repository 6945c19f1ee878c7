package io.penstock.engine.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Failpoints;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.engine.ConcurrencyPolicy;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.Seeds;
import io.penstock.engine.SinkPlan;
import io.penstock.engine.deliver.Delivery.Ordered;
import io.penstock.engine.flow.AimdLimit;
import io.penstock.engine.flow.Gate;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever a sink answers: each parcel ends once, in order where that is asked for. */
class DeliveryPropertyTest {

  @Test
  void everyParcelEndsOnceAndNoSlotLeaks() {
    Seeds.each(3_000, random -> new Run(random).run());
  }

  private static final class Run {
    private final SplittableRandom random;
    private final HandCore core = new HandCore();
    private final HandWorker worker = new HandWorker();
    private final ScriptedSink sink = new ScriptedSink();
    private final Owners owners = new Owners();
    private final Gate gate =
        new Gate(
            "d", new AimdLimit(ConcurrencyPolicy.aimd(1, 4, 2)), Gate.Rates.IGNORED, () -> 0.5);
    private final Set<Integer> released = new HashSet<>();
    private final Ordered ordered;
    private final SinkPort<String> port;

    Run(SplittableRandom random) {
      this.random = random;
      this.ordered = random.nextBoolean() ? Ordered.YES : Ordered.NO;
      RetryPolicy retry =
          new RetryPolicy(
              OptionalInt.of(1 + random.nextInt(4)),
              Duration.ofNanos(1 + random.nextInt(50)),
              Duration.ofNanos(100),
              Optional.empty());
      SinkPlan plan =
          new SinkPlan(
              "s", sink, "d", ConcurrencyPolicy.DEFAULT, Optional.empty(), Optional.empty(), retry);
      this.port =
          new SinkPort<>(plan, gate, worker, core, new SinkContext("c", 1, Failpoints.NONE));
    }

    void run() {
      int submitted = 0;
      int deliveries = 1 + random.nextInt(6);
      for (int d = 0; d < deliveries; d++) {
        List<Parcel<String>> parcels = new ArrayList<>();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
          String id = d + "-" + submitted++;
          parcels.add(new Parcel<>(id, new SinkRecord(Event.builder().id(id).build(), null, 1)));
        }
        port.submit(new Delivery<>(parcels, owners, ordered, core.nowNs), core.nowNs);
        someSteps();
      }
      int rounds = 0;
      while (owners.finished.size() + owners.refused.size() < submitted) {
        assertThat(rounds++).as("rounds; ended are %s", owners.finished).isLessThan(10_000);
        someSteps();
      }
      assertThat(owners.finished).doesNotHaveDuplicates();
      assertThat(owners.refused).doesNotHaveDuplicates();
      for (int d = 0; d < deliveries; d++) {
        String prefix = d + "-";
        assertThat(owners.finished.stream().filter(id -> id.startsWith(prefix)))
            .extracting(id -> Integer.parseInt(id.substring(prefix.length())))
            .isSorted();
      }
      answerAll();
      core.pass(1_000_000);
      answerAll();
      assertThat(gate.inFlight()).isZero();
      assertThat(port.status().waiting()).isZero();
      assertThat(worker.waiting()).isZero();
    }

    private void someSteps() {
      for (int i = random.nextInt(6); i >= 0; i--) {
        switch (random.nextInt(4)) {
          case 0 -> worker.run();
          case 1 -> {
            core.pass(random.nextInt(60));
            port.pump(core.nowNs);
          }
          case 2 -> answerOne();
          default -> releaseOne();
        }
        assertThat(gate.inFlight()).isLessThanOrEqualTo(4);
      }
    }

    private void answerOne() {
      for (ScriptedSink.Call call : sink.calls) {
        if (!call.answer().isDone()) {
          answer(call);
          return;
        }
      }
    }

    private void answerAll() {
      worker.run();
      sink.calls.stream().filter(c -> !c.answer().isDone()).forEach(this::answer);
      core.step();
    }

    /** As a sink that keeps order answers: nothing arrives after one that may be tried again. */
    private void answer(ScriptedSink.Call call) {
      if (random.nextInt(12) == 0) {
        call.answer().completeExceptionally(new IllegalStateException("on purpose"));
        return;
      }
      List<SinkOutcome> outcomes = new ArrayList<>();
      boolean failed = false;
      for (int i = 0; i < call.ids().size(); i++) {
        SinkOutcome outcome = failed ? SinkOutcome.NotTried.INSTANCE : outcome();
        failed |= outcome instanceof SinkOutcome.Retry || outcome instanceof SinkOutcome.Throttled;
        outcomes.add(outcome);
      }
      if (random.nextInt(12) == 0) {
        outcomes.remove(0);
      }
      call.answer().complete(outcomes);
    }

    private SinkOutcome outcome() {
      return switch (random.nextInt(8)) {
        case 0 -> new SinkOutcome.Retry(Duration.ofNanos(random.nextInt(40)), "down");
        case 1 -> new SinkOutcome.Throttled(Duration.ofNanos(random.nextInt(40)), "busy");
        case 2 -> new SinkOutcome.Reject("no");
        default -> SinkOutcome.Delivered.INSTANCE;
      };
    }

    /** An owner of a given-up parcel is settled. */
    private void releaseOne() {
      for (int i = 0; i < owners.refusals.size(); i++) {
        if (owners.refusals.get(i).delivery().isOrdered() && released.add(i)) {
          port.release(owners.refusals.get(i).delivery(), core.nowNs);
          return;
        }
      }
    }
  }
}
