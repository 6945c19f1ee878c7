package io.penstock.source.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.source.tasks.placement.Load;
import io.penstock.source.tasks.placement.Move;
import io.penstock.source.tasks.placement.Move.Change;
import io.penstock.source.tasks.placement.Placement;
import io.penstock.source.tasks.placement.Placement.Ended;
import io.penstock.source.tasks.placement.Placement.Now;
import io.penstock.source.tasks.placement.PlacementOptions;
import io.penstock.source.tasks.placement.QueueId;
import io.penstock.source.tasks.schedule.Credits;
import io.penstock.source.tasks.schedule.FairSchedule;
import io.penstock.source.tasks.schedule.FairSchedule.End;
import io.penstock.source.tasks.schedule.ScheduleOptions;
import io.penstock.source.tasks.schedule.Ticket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Schedule and placement on a simulated clock: what a function that fails or hangs always does to its
 * neighbours, before it is moved and after.
 */
class NeighboursTest {

  private static final int SLOTS = 16;
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;
  private static final long EVERY = 20 * MS;
  private static final String ACCOUNT = "acme";
  private static final String BAD = "bad";
  private static final String GOOD = "good";

  private final FairSchedule schedule = new FairSchedule(ScheduleOptions.of(SLOTS));
  private final Placement placement = new Placement(PlacementOptions.DEFAULT);
  private final Map<String, Long> tookNs = new HashMap<>(Map.of(GOOD, 5 * MS));
  private final Map<Long, Long> submittedNs = new HashMap<>();
  private final Map<String, Integer> out = new HashMap<>();
  private final PriorityQueue<Finish> finishes = new PriorityQueue<>();
  private final List<Long> latencies = new ArrayList<>();
  private final List<Move> moves = new ArrayList<>();
  private long nowNs;
  private long nextGoodNs;
  private long nextRoundNs;
  private long number;
  private int badWaiting;
  private int goodWaiting;

  private record Finish(long atNs, long order, Ticket ticket) implements Comparable<Finish> {
    @Override
    public int compareTo(Finish other) {
      return atNs == other.atNs ? Long.compare(order, other.order) : Long.compare(atNs, other.atNs);
    }
  }

  private void submit(String route) {
    Ticket ticket = new Ticket(++number, ACCOUNT, route, 0, Ticket.NO_DEADLINE, Ticket.NO_KEY);
    submittedNs.put(ticket.number(), nowNs);
    schedule.add(ticket);
    if (route.equals(BAD)) {
      badWaiting++;
    } else {
      goodWaiting++;
    }
  }

  private void dispatch() {
    for (Ticket ticket : schedule.take(SLOTS, Credits.UNLIMITED, nowNs)) {
      if (ticket.route().equals(BAD)) {
        badWaiting--;
      } else {
        goodWaiting--;
      }
      out.merge(ticket.route(), 1, Integer::sum);
      finishes.add(new Finish(nowNs + tookNs.get(ticket.route()), ticket.number(), ticket));
    }
  }

  private void end(Ticket ticket) {
    boolean isBad = ticket.route().equals(BAD);
    schedule.ended(ticket.number(), End.FOR_GOOD, nowNs);
    placement.ended(ACCOUNT, ticket.route(), isBad ? Ended.BADLY : Ended.WELL);
    out.merge(ticket.route(), -1, Integer::sum);
    if (!isBad) {
      latencies.add(nowNs - submittedNs.get(ticket.number()));
    }
  }

  private void evaluate() {
    List<Load> loads = new ArrayList<>();
    for (String route : List.of(BAD, GOOD)) {
      int waiting = route.equals(BAD) ? badWaiting : goodWaiting;
      int running = out.getOrDefault(route, 0);
      if (waiting + running > 0) {
        loads.add(new Load(ACCOUNT, route, waiting, running, false));
      }
    }
    for (Move move : placement.evaluate(loads, new Now(nowNs, nowNs / MS))) {
      moves.add(move);
      schedule.ownQueue(ACCOUNT, BAD, move.change() == Change.ALLOCATED);
    }
  }

  /** Lets things happen for so long, with a good task every 20 ms; answers their p99 in that time. */
  private long p99(long forNs) {
    latencies.clear();
    long until = nowNs + forNs;
    while (nowNs < until) {
      long next = Math.min(until, Math.min(nextGoodNs, nextRoundNs));
      Finish first = finishes.peek();
      nowNs = first == null ? next : Math.min(next, first.atNs());
      while ((first = finishes.peek()) != null && first.atNs() <= nowNs) {
        end(finishes.remove().ticket());
      }
      if (nowNs >= nextGoodNs) {
        nextGoodNs = nowNs + EVERY;
        submit(GOOD);
      }
      dispatch();
      if (nowNs >= nextRoundNs) {
        nextRoundNs = nowNs + SECOND;
        evaluate();
      }
    }
    latencies.sort(null);
    return latencies.isEmpty() ? Long.MAX_VALUE : latencies.get(latencies.size() * 99 / 100);
  }

  private void flood(long took) {
    tookNs.put(BAD, took);
    for (int i = 0; i < 20_000; i++) {
      submit(BAD);
    }
  }

  /** Hangs until its timeout of a minute, or fails at once or after a while. */
  @ParameterizedTest
  @ValueSource(longs = {60_000 * MS, 1_000 * MS, 45 * MS})
  void aBadFunctionIsMovedWithinSecondsAndItsNeighboursAreAsBefore(long took) {
    long quiet = p99(30 * SECOND);
    flood(took);
    long before = nowNs;
    while (moves.isEmpty() && nowNs - before < 60 * SECOND) {
      p99(SECOND);
    }
    boolean isHurt = !moves.isEmpty();
    if (isHurt) {
      assertThat(nowNs - before).isLessThanOrEqualTo(10 * SECOND);
      assertThat(moves.get(0).queue()).isEqualTo(new QueueId.OfFunction(ACCOUNT, BAD));
    }
    p99(3 * SECOND); // those that waited until then
    assertThat(badWaiting).isPositive();
    assertThat(p99(20 * SECOND)).isLessThanOrEqualTo(quiet * 3 / 2);
  }

  @Test
  void whatWasMovedIsTakenBackWhenItIsIdle() {
    p99(10 * SECOND);
    flood(45 * MS); // short enough to be let in everywhere
    p99(10 * SECOND);
    assertThat(moves).extracting(Move::change).containsExactly(Change.ALLOCATED);
    while (badWaiting + out.getOrDefault(BAD, 0) > 0) {
      p99(SECOND);
    }
    p99(PlacementOptions.DEFAULT.idle().toNanos() - 5 * SECOND);
    assertThat(moves).hasSize(1);
    p99(10 * SECOND);
    assertThat(moves).extracting(Move::change).containsExactly(Change.ALLOCATED, Change.RECLAIMED);
  }
}
