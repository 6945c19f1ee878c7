package io.penstock.source.tasks.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.source.tasks.schedule.FairSchedule.End;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FairScheduleTest {

  private static final long MS = 1_000_000;
  private static final int SLOTS = 16;

  private final FairSchedule schedule = new FairSchedule(ScheduleOptions.of(SLOTS));
  private final AtomicLong numbers = new AtomicLong();
  private final Map<String, Long> tookNs = new HashMap<>();
  private final Map<String, Long> usedNs = new HashMap<>();
  private final Map<Long, Long> startedNs = new HashMap<>();
  private final PriorityQueue<Finish> finishes = new PriorityQueue<>();
  private long nowNs;

  private record Finish(long atNs, Ticket ticket) implements Comparable<Finish> {
    @Override
    public int compareTo(Finish other) {
      return Long.compare(atNs, other.atNs);
    }
  }

  private Ticket submit(String account, String route) {
    Ticket ticket =
        new Ticket(numbers.incrementAndGet(), account, route, 0, Ticket.NO_DEADLINE, Ticket.NO_KEY);
    schedule.add(ticket);
    return ticket;
  }

  private void submit(String account, String route, int count) {
    for (int i = 0; i < count; i++) {
      submit(account, route);
    }
  }

  /** Runs tasks, each as long as its route takes, until a time. */
  private void runUntil(long untilNs) {
    dispatch();
    Finish next;
    while ((next = finishes.peek()) != null && next.atNs() <= untilNs) {
      finishes.remove();
      nowNs = next.atNs();
      schedule.ended(next.ticket().number(), End.FOR_GOOD, nowNs);
      dispatch();
    }
    nowNs = untilNs;
    dispatch();
  }

  private void dispatch() {
    for (Ticket ticket : schedule.take(SLOTS, Credits.UNLIMITED, nowNs)) {
      long took = tookNs.get(ticket.route());
      startedNs.put(ticket.number(), nowNs);
      usedNs.merge(ticket.account(), took, Long::sum);
      finishes.add(new Finish(nowNs + took, ticket));
    }
  }

  @Test
  void aFunctionOfUnknownTimeStartsBesideOneOfItsAccountThatHangs() {
    tookNs.put("hangs", 600_000 * MS);
    tookNs.put("works", 5 * MS);
    submit("a", "hangs", 1_000);
    runUntil(MS);
    Ticket first = submit("a", "works");
    runUntil(2 * MS);
    assertThat(startedNs).doesNotContainKey(first.number()); // it might hang as well

    schedule.ownQueue("a", "hangs", true);
    submit("a", "works", 50);
    runUntil(3 * MS);
    assertThat(startedNs).containsKey(first.number()); // one of a queue may
    assertThat(schedule.running("a")).isEqualTo(SLOTS - SLOTS / 8 + 1);
    runUntil(400 * MS);
    assertThat(schedule.waiting("a")).isEqualTo(1_000 - (SLOTS - SLOTS / 8));
  }

  @Test
  void aNewcomerStartsAtOnceBesideAFloodOfShortTasks() {
    tookNs.put("r", 5 * MS);
    tookNs.put("s", 5 * MS);
    submit("flood", "r", 20_000);
    runUntil(1_000 * MS);
    long worst = 0;
    for (int i = 0; i < 200; i++) {
      Ticket ticket = submit("newcomer", "s");
      long submitted = nowNs;
      runUntil(nowNs + 20 * MS);
      worst = Math.max(worst, startedNs.get(ticket.number()) - submitted);
    }
    assertThat(worst).isLessThanOrEqualTo(5 * MS);
  }

  @Test
  void aNewcomerStartsAtOnceAlthoughTheOthersTasksTakeTenMinutes() {
    tookNs.put("long", 600_000 * MS);
    tookNs.put("s", 5 * MS);
    submit("flood", "long", 1_000);
    runUntil(1_000 * MS);
    assertThat(schedule.running("flood")).isEqualTo(14);
    for (int i = 0; i < 100; i++) {
      Ticket ticket = submit("newcomer", "s");
      long submitted = nowNs;
      runUntil(nowNs + 20 * MS);
      assertThat(startedNs.get(ticket.number()) - submitted).isZero();
    }
  }

  @Test
  void whatOthersLeaveIdleIsLentAndComesBack() {
    tookNs.put("r", 100 * MS);
    tookNs.put("s", 100 * MS);
    submit("one", "r", 10_000);
    runUntil(1_000 * MS);
    assertThat(schedule.running("one")).isEqualTo(14);
    submit("two", "s", 10_000);
    runUntil(nowNs + 300 * MS);
    assertThat(schedule.running("two")).isEqualTo(7);
    assertThat(schedule.running("one")).isEqualTo(7);
  }

  @Test
  void processingTimeIsSharedNotTheNumberOfTasks() {
    tookNs.put("slow", 40 * MS);
    tookNs.put("quick", 2 * MS);
    submit("one", "slow", 20_000);
    submit("two", "quick", 200_000);
    runUntil(30_000 * MS);
    double share = usedNs.get("one") / (double) (usedNs.get("one") + usedNs.get("two"));
    assertThat(share).isCloseTo(0.5, within(0.05));
  }

  @Test
  void aWeightCounts() {
    tookNs.put("r", 10 * MS);
    tookNs.put("s", 10 * MS);
    schedule.weight("one", 3);
    submit("one", "r", 20_000);
    submit("two", "s", 20_000);
    runUntil(10_000 * MS);
    double share = usedNs.get("one") / (double) (usedNs.get("one") + usedNs.get("two"));
    assertThat(share).isCloseTo(0.75, within(0.05));
    assertThatThrownBy(() -> schedule.weight("one", 0)).hasMessageContaining("positive");
  }

  @Test
  void aFunctionsOwnQueueSharesTheTimeOfItsAccount() {
    tookNs.put("bad", 80 * MS);
    tookNs.put("good", 5 * MS);
    submit("one", "bad", 5_000);
    schedule.ownQueue("one", "bad", true);
    runUntil(2_000 * MS);
    long worst = 0;
    for (int i = 0; i < 50; i++) {
      Ticket ticket = submit("one", "good");
      long submitted = nowNs;
      runUntil(nowNs + 100 * MS);
      worst = Math.max(worst, startedNs.get(ticket.number()) - submitted);
    }
    assertThat(worst).isLessThanOrEqualTo(80 * MS); // not behind five thousand others
    schedule.ownQueue("one", "bad", false);
    runUntil(nowNs + 1_000 * MS);
    assertThat(schedule.running("one")).isEqualTo(14);
  }

  @Test
  void aRouteWithoutCreditHoldsUpNothingElse() {
    submit("one", "full", 50_000);
    Ticket free = submit("one", "free");
    List<Ticket> taken = schedule.take(5, (account, route) -> route.equals("full") ? 0 : 10, 0);
    assertThat(taken).containsExactly(free);
  }

  @Test
  void creditIsNotUsedTwice() {
    submit("one", "r", 5);
    submit("two", "r", 5);
    assertThat(schedule.take(10, (account, route) -> 3, 0)).hasSize(3);
  }

  @Test
  void anOrderKeyIsHeldUntilItsTaskHasEndedForGood() {
    Ticket first = new Ticket(1, "one", "r", 0, Ticket.NO_DEADLINE, 7);
    Ticket second = new Ticket(2, "one", "r", 0, Ticket.NO_DEADLINE, 7);
    schedule.add(second);
    schedule.add(first);
    assertThat(schedule.take(5, Credits.UNLIMITED, 0)).containsExactly(first);
    schedule.ended(1, End.FOR_NOW, 1);
    assertThat(schedule.take(5, Credits.UNLIMITED, 1)).isEmpty();
    schedule.add(first);
    assertThat(schedule.take(5, Credits.UNLIMITED, 2)).containsExactly(first);
    schedule.ended(1, End.FOR_GOOD, 3);
    assertThat(schedule.take(5, Credits.UNLIMITED, 3)).containsExactly(second);
  }

  @Test
  void priorityThenDeadlineThenAge() {
    Ticket old = new Ticket(1, "one", "r", 0, Ticket.NO_DEADLINE, Ticket.NO_KEY);
    Ticket due = new Ticket(2, "one", "s", 0, 50, Ticket.NO_KEY);
    Ticket urgent = new Ticket(3, "one", "r", 5, Ticket.NO_DEADLINE, Ticket.NO_KEY);
    List.of(old, due, urgent).forEach(schedule::add);
    assertThat(schedule.take(5, Credits.UNLIMITED, 0)).containsExactly(urgent, due, old);
  }

  @Test
  void bothSidesOfABorderAreChecked() {
    assertThatThrownBy(() -> new ScheduleOptions(0, 0, 1, 1)).hasMessageContaining("slots");
    assertThatThrownBy(() -> new ScheduleOptions(2, 2, 1, 1)).hasMessageContaining("reserve");
    assertThat(ScheduleOptions.of(1).reserve()).isZero();
    assertThat(ScheduleOptions.of(2).reserve()).isEqualTo(1);
  }
}
