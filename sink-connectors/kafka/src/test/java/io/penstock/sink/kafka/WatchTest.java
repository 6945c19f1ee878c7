package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class WatchTest {

  private final Queue<Runnable> later = new ArrayDeque<>();
  private long nowNs = 1_000;
  private int stuck;
  private final Watch watch =
      new Watch(Duration.ofSeconds(2), later::add, () -> nowNs, () -> stuck++);

  /** Lets so much time pass, then runs what waited for the limit. */
  private void pass(Duration time) {
    nowNs += time.toNanos();
    for (int left = later.size(); left > 0; left--) {
      later.remove().run();
    }
  }

  @Test
  void callsOutWhenNoCallEnds() {
    watch.began();
    watch.began();
    assertThat(later).as("one look for all calls").hasSize(1);
    pass(Duration.ofSeconds(2));
    assertThat(stuck).isEqualTo(1);
  }

  @Test
  void isContentWhileCallsEnd() {
    watch.began();
    for (int i = 0; i < 10; i++) {
      watch.began();
      nowNs += Duration.ofSeconds(1).toNanos();
      watch.ended();
      pass(Duration.ofSeconds(1));
    }
    assertThat(stuck).isZero();
    pass(Duration.ofSeconds(1));
    assertThat(stuck).as("one is still open, and none has ended for 2 s").isEqualTo(1);
  }

  @Test
  void looksNoMoreWhenNothingIsOpen() {
    watch.began();
    watch.ended();
    pass(Duration.ofSeconds(2));
    assertThat(stuck).isZero();
    assertThat(later).isEmpty();
    pass(Duration.ofHours(1));
    watch.began();
    assertThat(later).hasSize(1);
    pass(Duration.ofSeconds(1));
    assertThat(stuck).as("time without calls doesn't count").isZero();
  }
}
