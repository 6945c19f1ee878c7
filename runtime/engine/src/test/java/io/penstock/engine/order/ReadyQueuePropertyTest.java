package io.penstock.engine.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.Seeds;
import io.penstock.engine.order.KeyOrder.Spread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random operations on the ready queues, each step held against {@link NaiveOrder}. */
class ReadyQueuePropertyTest {

  private static final int SEEDS = 4_000;

  @Test
  void byArrival() {
    Seeds.each(
        SEEDS,
        random ->
            new Run(random, new ArrivalOrder<>(), new NaiveOrder(false, false, Integer.MAX_VALUE))
                .run());
  }

  @Test
  void byKey() {
    Seeds.each(
        SEEDS, random -> keyOrder(random, Spread.MANY_KEYS_A_BATCH, Integer.MAX_VALUE).run());
  }

  @Test
  void byKeyOneAtATime() {
    Seeds.each(SEEDS, random -> keyOrder(random, Spread.MANY_KEYS_A_BATCH, 1).run());
  }

  @Test
  void byKeyFewAtATime() {
    Seeds.each(
        SEEDS, random -> keyOrder(random, Spread.MANY_KEYS_A_BATCH, 2 + random.nextInt(3)).run());
  }

  @Test
  void byLane() {
    Seeds.each(SEEDS, random -> keyOrder(random, Spread.ONE_KEY_A_BATCH, Integer.MAX_VALUE).run());
  }

  @Test
  void byLaneOneAtATime() {
    Seeds.each(SEEDS, random -> keyOrder(random, Spread.ONE_KEY_A_BATCH, 1).run());
  }

  private static Run keyOrder(SplittableRandom random, Spread spread, int maxPerKey) {
    return new Run(
        random,
        new KeyOrder<>(spread, maxPerKey),
        new NaiveOrder(true, spread == Spread.ONE_KEY_A_BATCH, maxPerKey));
  }

  private static final class Run {

    private final SplittableRandom random;
    private final ReadyQueue<Item> queue;
    private final NaiveOrder naive;
    private final BatchLimits limits;
    private final int keys;
    private final List<List<Item>> out = new ArrayList<>();
    private final List<Item> ended = new ArrayList<>();
    private long now = 1_000;
    private int added;

    Run(SplittableRandom random, ReadyQueue<Item> queue, NaiveOrder naive) {
      this.random = random;
      this.queue = queue;
      this.naive = naive;
      this.keys = 1 + random.nextInt(6);
      this.limits =
          new BatchLimits(
              1 + random.nextInt(6),
              random.nextBoolean() ? 1_000_000 : 50,
              random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(40));
    }

    void run() {
      for (int i = 10 + random.nextInt(120); i > 0; i--) {
        switch (random.nextInt(9)) {
          case 0, 1, 2 -> add();
          case 3, 4 -> take();
          case 5, 6 -> end();
          case 7 -> pass(random.nextInt(30));
          default -> {
            if (random.nextInt(5) == 0) {
              remove();
            }
          }
        }
        checkSame();
      }
      drain();
    }

    private void add() {
      Item item = new Item(added++, random.nextInt(keys + 1), 1 + random.nextInt(30));
      queue.add(item, now);
      naive.add(item, now);
    }

    /** Takes one batch, as a gate that is open for one does. Answers whether there was one. */
    private boolean take() {
      queue.wake(now);
      naive.wake(now);
      long change = queue.nextChangeNs(limits);
      List<Item> batch = new ArrayList<>();
      boolean taken = queue.takeBatch(limits, now, batch);
      if (!taken) {
        assertThat(batch).isEmpty();
        assertThat(naive.reasonToTake(limits, now)).isNull();
        assertThat(queue.nextChangeNs(limits)).as("nothing can be done now").isGreaterThan(now);
        return false;
      }
      assertThat(change)
          .as("a batch could be taken, but the queue said later")
          .isLessThanOrEqualTo(now);
      naive.taken(batch, limits, now);
      out.add(batch);
      return true;
    }

    /** A batch that is out comes back: some of it done, the rest put back in reverse. */
    private void end() {
      if (out.isEmpty()) {
        return;
      }
      List<Item> batch = out.remove(random.nextInt(out.size()));
      Set<Long> blocked = new HashSet<>();
      List<Item> back = new ArrayList<>();
      int cap = random.nextInt(3) == 0 ? Math.max(1, batch.size() / 2) : Integer.MAX_VALUE;
      for (Item item : batch) {
        if (blocked.contains(item.orderKey()) || random.nextInt(3) == 0) {
          if (item.orderKey() != 0) {
            blocked.add(item.orderKey());
          }
          item.batchCap(Math.min(item.batchCap(), cap));
          back.add(item);
        } else {
          queue.done(item, now);
          naive.done(item, now);
          ended.add(item);
        }
      }
      Collections.reverse(back);
      for (Item item : back) {
        long due = random.nextBoolean() ? now : now + random.nextInt(60);
        queue.putBack(item, due, now);
        naive.putBack(item, due, now);
      }
    }

    private void remove() {
      int modulus = 1 + random.nextInt(4);
      Set<Item> gone = new HashSet<>();
      for (Item item : naive.waiting()) {
        if (item.number % modulus == 0) {
          gone.add(item);
        }
      }
      queue.removeIf(item -> item.number % modulus == 0);
      naive.remove(gone, now);
      ended.addAll(gone);
    }

    /** Lets time pass; nothing may become possible before the time that the queue has named. */
    private void pass(long ns) {
      queue.wake(now);
      naive.wake(now);
      long change = queue.nextChangeNs(limits);
      now += ns;
      if (now < change) {
        int before = naive.size();
        assertThat(take()).as("something could be done before %d", change).isFalse();
        assertThat(naive.size()).isEqualTo(before);
      }
    }

    private void checkSame() {
      assertThat(queue.size()).isEqualTo(naive.size());
      if (queue instanceof KeyOrder<?> order) {
        assertThat(order.keys()).as("keys that are remembered").isEqualTo(naive.keys());
      }
    }

    /** Everything must come out, by going from one named time to the next. */
    private void drain() {
      int rounds = 0;
      while (queue.size() > 0 || !out.isEmpty()) {
        assertThat(rounds++).as("rounds").isLessThan(10_000);
        if (!take()) {
          if (!out.isEmpty()) {
            end();
          } else {
            long change = queue.nextChangeNs(limits);
            assertThat(change)
                .as("a lost wake-up: %d wait", queue.size())
                .isLessThan(ReadyQueue.NEVER);
            now = Math.max(now, change);
          }
        }
        checkSame();
      }
      assertThat(ended).as("each entry ends once").doesNotHaveDuplicates().hasSize(added);
      assertThat(queue.nextChangeNs(limits)).isEqualTo(ReadyQueue.NEVER);
    }
  }
}
