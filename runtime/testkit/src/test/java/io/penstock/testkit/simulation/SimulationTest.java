package io.penstock.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.LaneStart;
import io.penstock.connector.PositionRanges;
import io.penstock.engine.Order;
import io.penstock.engine.ledger.Ledger;
import io.penstock.engine.ledger.LedgerFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {

  /** More with {@code -Dpenstock.simulation.seeds=N}, others with {@code .first=N}. */
  private static final long SEEDS = Long.getLong("penstock.simulation.seeds", 10_000);

  private static final long FIRST = Long.getLong("penstock.simulation.first", 0);

  @ParameterizedTest
  @EnumSource(Order.class)
  void nothingIsLostOutOfOrderOrRepeatedWithoutNeed(Order order) {
    AtomicLong rounds = new AtomicLong();
    LongStream.range(FIRST, FIRST + SEEDS)
        .parallel()
        .forEach(seed -> rounds.addAndGet(Simulation.run(seed, order)));
    assertThat(rounds.get()).as("rounds of %s seeds", SEEDS).isGreaterThan(SEEDS * 10);
  }

  @Test
  void theSameSeedIsTheSameRun() {
    assertThat(Simulation.run(42, Order.KEY)).isEqualTo(Simulation.run(42, Order.KEY));
  }

  /** A ledger that commits everything as soon as two positions beyond a gap are settled. */
  private static final class HastyLedger<T> extends Ledger<T> {
    private HastyLedger(LaneStart start, int maxSpan) {
      super(start.position(), start.settled(), maxSpan);
    }

    @Override
    public long committable() {
      return isHasty() ? nextPosition() : super.committable();
    }

    @Override
    public PositionRanges settledBeyond() {
      return isHasty() ? PositionRanges.empty() : super.settledBeyond();
    }

    private boolean isHasty() {
      return settledInSpan() > 1;
    }
  }

  /** A ledger that forgets what was settled beyond the prefix before a restart. */
  private static final class ForgetfulLedger<T> extends Ledger<T> {
    private ForgetfulLedger(LaneStart start, int maxSpan) {
      super(start.position(), PositionRanges.empty(), maxSpan);
    }
  }

  @Test
  void aLedgerThatCommitsPastAGapIsFound() {
    LedgerFactory hasty =
        new LedgerFactory() {
          @Override
          public <T> Ledger<T> ledger(LaneStart start, int maxSpan) {
            return new HastyLedger<>(start, maxSpan);
          }
        };
    assertThatThrownBy(() -> runMany(Order.NONE, hasty))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed ")
        .hasMessageContaining("committed but neither delivered");
  }

  @Test
  void aLedgerThatForgetsWhatWasSettledIsFound() {
    LedgerFactory forgetful =
        new LedgerFactory() {
          @Override
          public <T> Ledger<T> ledger(LaneStart start, int maxSpan) {
            return new ForgetfulLedger<>(start, maxSpan);
          }
        };
    assertThatThrownBy(() -> runMany(Order.NONE, forgetful))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("settled and committed before, but invoked again");
  }

  private static void runMany(Order order, LedgerFactory ledgers) {
    for (long seed = 0; seed < 300; seed++) {
      Simulation.run(seed, order, ledgers);
    }
  }
}
