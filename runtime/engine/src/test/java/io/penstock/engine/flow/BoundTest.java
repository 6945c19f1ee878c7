package io.penstock.engine.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BoundTest {

  private static final long MS = 1_000_000;

  private final Bound bound = new Bound();
  private final ArrayDeque<Long> running = new ArrayDeque<>();
  private long nowNs = Long.MAX_VALUE - 1_000 * MS; // wraps on the way

  /** One starts; it is served when {@link #end} is called for it. */
  private long start() {
    nowNs += MS;
    running.add(nowNs);
    bound.started(nowNs, running.size());
    return nowNs;
  }

  private void end() {
    nowNs += MS;
    bound.served(running.remove());
  }

  private boolean refuse() {
    long atNs = start();
    running.removeLast();
    nowNs += MS;
    return bound.isConcurrency(atNs, nowNs);
  }

  private void serve(int calls, int most) {
    for (int i = 0; i < calls; i++) {
      while (running.size() < most) {
        start();
      }
      end();
    }
    while (running.size() < most) {
      start();
    }
  }

  @Test
  void refusalsAlwaysAtTheSameHeightAreOfCallsAtATime() {
    List<Boolean> seen = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      serve(30, 10);
      seen.add(refuse());
    }
    assertThat(seen).containsExactly(false, false, false, false, true, true);
  }

  @Test
  void refusalsBelowWhatWasServedAreOfARate() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      for (int j = 0; j < 30; j++) {
        serve(1, 1 + random.nextInt(20));
      }
      while (running.size() > 10) {
        end();
      }
      assertThat(refuse()).isFalse();
    }
  }

  @Test
  void heightsThatDifferAreOfARateWhoseBurstIsUsedUp() {
    for (int i = 0; i < 50; i++) {
      while (!running.isEmpty()) {
        end();
      }
      serve(20, 5 + 7 * (i % 5));
      assertThat(refuse()).isFalse();
    }
  }

  @Test
  void aBackendThatNowLimitsTheRateIsSeenToDoSo() {
    for (int i = 0; i < 10; i++) {
      serve(30, 10);
      refuse();
    }
    for (int i = 0; i < 4; i++) {
      serve(30, 10);
      end();
      end();
      end();
      refuse();
    }
    assertThat(bound.isConcurrency(nowNs, nowNs)).isFalse();
  }

  @Test
  void whoStartedBeforeARefusalSaysNothingNew() {
    for (int i = 0; i < 5; i++) {
      serve(30, 10);
      refuse();
    }
    long early = running.element();
    for (int i = 0; i < 20; i++) {
      assertThat(bound.isConcurrency(early, nowNs)).isTrue();
    }
  }
}
