package io.penstock.source.tasks.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.source.tasks.placement.Move.Change;
import io.penstock.source.tasks.placement.Placement.Ended;
import io.penstock.source.tasks.placement.Placement.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementTest {

  private static final QueueId BAD = new QueueId.OfFunction("acme", "bad");

  private final Placement placement = new Placement(PlacementOptions.DEFAULT);
  private final List<Move> moves = new ArrayList<>();
  private long second;

  private void pass(int seconds, Load... loads) {
    for (int i = 0; i < seconds; i++) {
      second++;
      Now now = new Now(Duration.ofSeconds(second).toNanos(), second * 1_000);
      moves.addAll(placement.evaluate(List.of(loads), now));
    }
  }

  private static Load load(String function, long waiting, int inFlight) {
    return new Load("acme", function, waiting, inFlight, false);
  }

  @Test
  void everybodyBeginsInTheSharedQueue() {
    pass(10, load("a", 1, 1), load("b", 1, 1));
    assertThat(moves).isEmpty();
    Place place = placement.place("acme", "a");
    assertThat(place.queue()).isEqualTo(QueueId.SHARED);
    assertThat(place.reason()).isNotEmpty();
    assertThat(place.queue()).hasToString("shared");
  }

  @Test
  void aFunctionThatHangsGetsItsOwnQueueWithinSeconds() {
    pass(4, load("bad", 100, 14), load("good", 5, 2));
    assertThat(moves).singleElement().matches(m -> m.queue().equals(BAD));
    assertThat(placement.place("acme", "bad").queue())
        .isEqualTo(BAD)
        .hasToString("function-acme-bad");
    assertThat(placement.place("acme", "bad").reason()).contains("processing time", "5 tasks");
    assertThat(placement.place("acme", "good").queue()).isEqualTo(QueueId.SHARED);
    assertThat(placement.queues()).hasSize(1);
  }

  @Test
  void aFunctionThatFailsGetsItsOwnQueue() {
    for (int i = 0; i < 5; i++) {
      for (int k = 0; k < 20; k++) {
        placement.ended("acme", "bad", Ended.BADLY);
        placement.ended("acme", "good", Ended.WELL);
      }
      pass(1, load("bad", 3, 1), load("good", 5, 2));
    }
    assertThat(moves).singleElement().matches(m -> m.reason().contains("100%"));
  }

  @Test
  void aFunctionThatTakesNoMoreGetsItsOwnQueue() {
    pass(5, new Load("acme", "bad", 50, 2, true), load("good", 5, 2));
    assertThat(moves).singleElement().matches(m -> m.reason().contains("took no more"));
  }

  @Test
  void whoeverHurtsNobodyStays() {
    pass(60, load("bad", 100, 14));
    pass(60, load("bad", 100, 14), load("good", 0, 2));
    assertThat(moves).isEmpty();
  }

  @Test
  void aMomentIsNotEnough() {
    for (int i = 0; i < 20; i++) {
      pass(2, load("bad", 100, 14), load("good", 5, 2));
      pass(1, load("bad", 100, 14), load("good", 0, 2));
    }
    assertThat(moves).isEmpty();
  }

  @Test
  void anAccountWhoseFunctionsHurtTogetherGetsItsOwnQueue() {
    Load[] loads = new Load[12];
    for (int i = 0; i < 10; i++) {
      loads[i] = new Load("big", "f" + i, 10, 3, false);
    }
    loads[10] = new Load("small", "f", 1, 1, false);
    loads[11] = new Load("tiny", "f", 1, 1, false);
    pass(5, loads);
    assertThat(moves).singleElement().matches(m -> m.queue().equals(new QueueId.OfAccount("big")));
    assertThat(placement.place("big", "new").queue()).hasToString("account-big");
    assertThat(placement.place("small", "f").queue()).isEqualTo(QueueId.SHARED);
  }

  @Test
  void aQueueIsTakenBackWhenItWasIdleForLong() {
    pass(4, load("bad", 100, 14), load("good", 5, 2));
    pass(299, load("good", 5, 2));
    assertThat(moves).hasSize(1);
    pass(1, load("bad", 1, 0), load("good", 5, 2));
    pass(300, load("good", 5, 2));
    assertThat(moves).hasSize(1);
    pass(2, load("good", 5, 2));
    assertThat(moves).hasSize(2);
    assertThat(moves.get(1).change()).isEqualTo(Change.RECLAIMED);
    assertThat(placement.place("acme", "bad").queue()).isEqualTo(QueueId.SHARED);
    assertThat(placement.place("acme", "bad").reason()).contains("idle for 300 s");
    assertThat(placement.queues()).isEmpty();
  }

  @Test
  void randomLoadsKeepTheRules() {
    int moves = 0;
    for (long seed = 0; seed < 60; seed++) {
      moves += randomly(seed);
    }
    assertThat(moves).isPositive();
  }

  private static int randomly(long seed) {
    Random random = new Random(seed);
    PlacementOptions few =
        new PlacementOptions(
            Duration.ofSeconds(10),
            0.1,
            4,
            0.5,
            10,
            0.5,
            Duration.ofSeconds(2),
            Duration.ofSeconds(20),
            3);
    Placement placement = new Placement(few);
    Set<QueueId> allocated = new HashSet<>();
    Map<QueueId, Integer> emptyFor = new HashMap<>();
    int moves = 0;
    for (int second = 1; second < 400; second++) {
      List<Load> loads = new ArrayList<>();
      boolean quiet = second / 50 % 2 == 1;
      for (int f = 0; f < 6; f++) {
        if (random.nextInt(quiet ? 12 : 2) == 0) {
          String account = "a" + f % 2;
          loads.add(
              new Load(
                  account,
                  "f" + f,
                  random.nextInt(3) * random.nextInt(20),
                  random.nextInt(2) * random.nextInt(20),
                  random.nextInt(3) == 0));
          if (random.nextBoolean()) {
            placement.ended(account, "f" + f, random.nextBoolean() ? Ended.WELL : Ended.BADLY);
          }
        }
      }
      Set<QueueId> used = new HashSet<>();
      for (Load load : loads) {
        if (load.waiting() > 0 || load.inFlight() > 0) {
          used.add(placement.place(load.account(), load.function()).queue());
        }
      }
      for (Move move : placement.evaluate(loads, new Now(second * 1_000_000_000L, second))) {
        if (move.change() == Change.ALLOCATED) {
          assertThat(allocated.add(move.queue())).isTrue();
          assertThat(loads.stream().mapToLong(Load::waiting).sum()).isPositive();
          emptyFor.put(move.queue(), 0);
        } else {
          assertThat(allocated.remove(move.queue())).isTrue();
          assertThat(emptyFor.get(move.queue())).isGreaterThanOrEqualTo(20);
        }
        assertThat(move.reason()).isNotEmpty();
        moves++;
      }
      emptyFor.replaceAll((queue, count) -> used.contains(queue) ? 0 : count + 1);
      assertThat(allocated).hasSizeLessThanOrEqualTo(3);
      assertThat(placement.queues()).hasSize(allocated.size());
      for (Place place : placement.queues()) {
        assertThat(allocated).contains(place.queue());
      }
    }
    return moves;
  }
}
