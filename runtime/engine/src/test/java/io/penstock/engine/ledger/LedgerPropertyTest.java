package io.penstock.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.PositionRanges;
import io.penstock.engine.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Random operations against {@link NaiveLedger}. */
class LedgerPropertyTest {

  private static final int SEEDS = 3_000;
  private static final int PLENTY_OF_ROOM = 100_000;

  @Test
  void agreesWithANaiveLedger() {
    Seeds.each(SEEDS, random -> new Run(random).agree());
  }

  @Test
  void nothingUnsettledIsLeftOutAfterRestarts() {
    Seeds.each(SEEDS / 2, random -> new Run(random).restart());
  }

  private static final class Run {

    private final SplittableRandom random;
    private final int maxSpan;
    private final int settleChance;
    private Ledger<String> ledger;
    private NaiveLedger naive;
    private final List<Long> open = new ArrayList<>();
    private final Map<Long, Long> sequences = new HashMap<>();

    Run(SplittableRandom random) {
      this.random = random;
      this.maxSpan = 1 + random.nextInt(200);
      this.settleChance = 1 + random.nextInt(9);
      long start = random.nextInt(3) == 0 ? random.nextLong(1L << 60) : random.nextInt(50);
      begin(start, settledBefore(start));
    }

    private void begin(long start, PositionRanges settled) {
      ledger = new Ledger<>(start, settled, maxSpan);
      naive = new NaiveLedger(start, settled);
      open.clear();
      sequences.clear();
    }

    private PositionRanges settledBefore(long start) {
      PositionRanges.Builder ranges = PositionRanges.builder();
      long at = start;
      for (int i = random.nextInt(5); i > 0; i--) {
        long from = at + random.nextInt(8);
        at = from + 1 + random.nextInt(6);
        ranges.add(from, at);
      }
      return ranges.build();
    }

    private long gap() {
      return switch (random.nextInt(12)) {
        case 0 -> random.nextInt(10);
        case 1 -> random.nextLong(1L << 40);
        default -> 0;
      };
    }

    void agree() {
      for (int i = 20 + random.nextInt(250); i > 0; i--) {
        if (random.nextInt(10) < settleChance) {
          settleOne();
        } else if (random.nextInt(12) == 0) {
          long to = naive.next() - 2 + random.nextInt(20);
          ledger.advanceTo(to);
          naive.advanceTo(to);
        } else {
          admit(naive.next() + gap());
        }
        if (random.nextInt(8) == 0) {
          checkSame();
        }
      }
      checkSame();
      while (!open.isEmpty()) {
        settleOne();
      }
      checkSame();
      assertThat(ledger.committable()).isEqualTo(ledger.nextPosition());
      assertThat(ledger.span()).isZero();
    }

    private void admit(long position) {
      String item = "item " + position;
      long version = ledger.version();
      long sequence = ledger.admit(position, item);
      boolean before = naive.admit(position, item);
      assertThat(sequence == Ledger.SETTLED_BEFORE)
          .as("settled before: " + position)
          .isEqualTo(before);
      assertThat(ledger.version()).isNotEqualTo(version);
      if (!before) {
        open.add(position);
        sequences.put(position, sequence);
      }
    }

    private void settleOne() {
      if (open.isEmpty()) {
        return;
      }
      int index = random.nextBoolean() ? 0 : random.nextInt(open.size());
      long position = open.remove(index);
      long version = ledger.version();
      assertThat(ledger.settle(sequences.get(position))).isEqualTo(naive.settle(position)).isTrue();
      assertThat(ledger.version()).isNotEqualTo(version);
      if (random.nextInt(3) == 0) {
        version = ledger.version();
        assertThat(ledger.settle(sequences.get(position))).as("settled twice").isFalse();
        assertThat(ledger.version()).isEqualTo(version);
      }
    }

    private void checkSame() {
      assertThat(ledger.committable())
          .as("committable of %s", naive)
          .isEqualTo(naive.committable());
      assertThat(ledger.nextPosition()).isEqualTo(naive.next());
      assertThat(ledger.span()).isEqualTo(naive.span());
      assertThat(ledger.settledInSpan()).isEqualTo(naive.settledInSpan());
      assertThat(ledger.isFull()).isEqualTo(naive.span() >= maxSpan);
      List<String> unsettled = new ArrayList<>();
      ledger.forEachUnsettled(unsettled::add);
      assertThat(unsettled).isEqualTo(naive.unsettled());
      assertThat(ledger.unsettled()).isEqualTo(unsettled.size());
      assertThat(ledger.oldest()).isEqualTo(unsettled.isEmpty() ? null : unsettled.get(0));
      checkRanges(ledger.settledBeyond());
    }

    private void checkRanges(PositionRanges beyond) {
      long committable = naive.committable();
      long last = committable;
      for (int i = 0; i < beyond.size(); i++) {
        assertThat(beyond.from(i))
            .as("ranges in order, beyond the prefix")
            .isGreaterThanOrEqualTo(last);
        assertThat(beyond.to(i)).isGreaterThan(beyond.from(i));
        last = beyond.to(i);
      }
      for (long position : naive.interesting()) {
        if (position >= committable) {
          if (naive.isSettled(position)) {
            assertThat(beyond.contains(position)).as("%d is settled: %s", position, naive).isTrue();
          }
          if (naive.isUnsettled(position)
              || (position >= naive.next() && !naive.isSettled(position))) {
            assertThat(beyond.contains(position)).as("%d is not: %s", position, naive).isFalse();
          }
        }
      }
    }

    /** A log of fixed positions is read again and again, each time from what was stored last. */
    void restart() {
      List<Long> log = new ArrayList<>();
      long position = naive.next();
      for (int i = 10 + random.nextInt(60); i > 0; i--) {
        position += 1 + gap();
        log.add(position);
      }
      TreeSet<Long> settled = new TreeSet<>();
      TreeSet<Long> known = new TreeSet<>();
      begin(log.get(0), PositionRanges.empty());
      while (readOn(log, settled, known) < log.size() || settled.size() < log.size()) {
        boolean roomy = random.nextBoolean();
        long base = ledger.committable();
        String text =
            ledger.settledBeyond().encode(base, roomy ? PLENTY_OF_ROOM : random.nextInt(40));
        PositionRanges decoded = PositionRanges.decode(base, text);
        if (!roomy) {
          known.removeIf(p -> p >= base && !decoded.contains(p));
        }
        begin(base, decoded);
      }
    }

    /**
     * Reads some of the log and settles some of that.
     *
     * @param settled what is settled
     * @param known what of it the ledger can know
     * @return how much of the log is read
     */
    private int readOn(List<Long> log, TreeSet<Long> settled, TreeSet<Long> known) {
      int index = 0;
      while (index < log.size() && log.get(index) < ledger.committable()) {
        assertThat(settled).as("lost, below %d", ledger.committable()).contains(log.get(index++));
      }
      int end = Math.min(log.size(), index + 1 + random.nextInt(log.size()));
      for (; index < end; index++) {
        long position = log.get(index);
        admit(position);
        assertThat(!open.contains(position))
            .as("need not be handled again: %d", position)
            .isEqualTo(known.contains(position));
      }
      for (int i = random.nextInt(open.size() + 1); i > 0; i--) {
        long position = open.remove(random.nextInt(open.size()));
        ledger.settle(sequences.get(position));
        naive.settle(position);
        settled.add(position);
        known.add(position);
      }
      checkSame();
      return index;
    }
  }
}
