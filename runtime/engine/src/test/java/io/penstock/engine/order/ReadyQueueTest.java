package io.penstock.engine.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReadyQueueTest {

  private static final BatchLimits PATIENT = new BatchLimits(3, 1_000, 100);
  private static final BatchLimits IMPATIENT = new BatchLimits(3, 1_000, 0);

  private final List<Item> taken = new ArrayList<>();
  private int number;

  static List<ReadyQueue<Item>> queues() {
    return List.of(
        new ArrivalOrder<>(),
        new KeyOrder<>(KeyOrder.Spread.MANY_KEYS_A_BATCH, Integer.MAX_VALUE),
        new KeyOrder<>(KeyOrder.Spread.ONE_KEY_A_BATCH, Integer.MAX_VALUE));
  }

  private Item item(long key) {
    return new Item(number++, key, 10);
  }

  @ParameterizedTest
  @MethodSource("queues")
  void aBatchIsClosedByItsWait(ReadyQueue<Item> queue) {
    queue.add(item(1), 5);
    assertThat(queue.nextChangeNs(PATIENT)).isEqualTo(105);
    assertThat(queue.takeBatch(PATIENT, 104, taken)).isFalse();
    assertThat(queue.takeBatch(PATIENT, 105, taken)).isTrue();
    assertThat(taken).hasSize(1);
    assertThat(queue.nextChangeNs(PATIENT)).isEqualTo(ReadyQueue.NEVER);
  }

  /** A gate may have been shut meanwhile: who sleeps until then must not sleep on. */
  @ParameterizedTest
  @MethodSource("queues")
  void aFullBatchIsAnnouncedForNow(ReadyQueue<Item> queue) {
    for (int i = 0; i < 3; i++) {
      queue.add(item(1), 5);
    }
    assertThat(queue.nextChangeNs(PATIENT)).isEqualTo(5);
    assertThat(queue.takeBatch(PATIENT, 5, taken)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("queues")
  void aBatchOfEnoughBytesIsFull(ReadyQueue<Item> queue) {
    queue.add(new Item(1, 1, 600), 5);
    queue.add(new Item(2, 1, 600), 6);
    assertThat(queue.nextChangeNs(PATIENT)).isEqualTo(5);
    assertThat(queue.takeBatch(PATIENT, 6, taken)).isTrue();
    assertThat(taken).hasSize(1);
  }

  @Test
  void retriesDoNotPutOffWhatWaits() {
    ReadyQueue<Item> queue = new ArrivalOrder<>();
    for (int due = 40; due <= 120; due += 20) {
      Item failed = item(0);
      queue.add(failed, 0);
      queue.takeBatch(IMPATIENT, 0, taken);
      queue.putBack(failed, due, 0);
      taken.clear();
    }
    Item waits = item(0);
    queue.add(waits, 30);
    BatchLimits large = new BatchLimits(100, 1_000, 100);
    for (int now = 30; now < 130; now += 10) {
      queue.wake(now);
      assertThat(queue.takeBatch(large, now, taken)).as("at " + now).isFalse();
    }
    queue.wake(130);
    assertThat(queue.takeBatch(large, 130, taken)).isTrue();
    assertThat(taken).contains(waits);
  }

  @Test
  void aKeyWaitsForItsBatchAndOthersDoNot() {
    ReadyQueue<Item> queue = new KeyOrder<>(KeyOrder.Spread.MANY_KEYS_A_BATCH, Integer.MAX_VALUE);
    Item a = item(7);
    Item b = item(7);
    queue.add(a, 0);
    queue.takeBatch(IMPATIENT, 0, taken);
    queue.add(b, 0);
    assertThat(queue.nextChangeNs(IMPATIENT)).isEqualTo(ReadyQueue.NEVER);
    assertThat(queue.takeBatch(IMPATIENT, 0, taken)).isFalse();
    Item other = item(8);
    queue.add(other, 0);
    assertThat(queue.takeBatch(IMPATIENT, 0, taken)).isTrue();
    assertThat(taken).containsExactly(a, other);

    queue.putBack(a, 50, 10);
    assertThat(queue.nextChangeNs(IMPATIENT)).isEqualTo(50);
    queue.wake(49);
    assertThat(queue.takeBatch(IMPATIENT, 49, taken)).isFalse();
    queue.wake(50);
    taken.clear();
    assertThat(queue.takeBatch(IMPATIENT, 50, taken)).isTrue();
    assertThat(taken).containsExactly(a, b);
  }

  @Test
  void aKeyOfWhichNothingIsLeftIsForgotten() {
    KeyOrder<Item> queue = new KeyOrder<>(KeyOrder.Spread.MANY_KEYS_A_BATCH, 1);
    Item a = item(7);
    queue.add(a, 0);
    queue.add(item(8), 0);
    queue.takeBatch(new BatchLimits(1, 1_000, 0), 0, taken);
    assertThat(queue.keys()).isEqualTo(2);
    queue.removeIf(item -> true);
    assertThat(queue.keys()).as("the one that is out").isEqualTo(1);
    queue.done(a, 0);
    assertThat(queue.keys()).isZero();
  }

  @Test
  void whatIsNotOutCanNotEnd() {
    KeyOrder<Item> queue = new KeyOrder<>(KeyOrder.Spread.MANY_KEYS_A_BATCH, 1);
    Item a = item(7);
    queue.add(a, 0);
    assertThatThrownBy(() -> queue.done(a, 0)).isInstanceOf(IllegalStateException.class);
  }
}
