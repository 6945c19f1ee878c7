package io.penstock.source.tasks.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.source.tasks.schedule.FairSchedule.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random use, step by step the same as the naive schedule's. */
class FairSchedulePropertyTest {

  @Test
  void handsOutWhatTheNaiveScheduleHandsOut() {
    for (long seed = 0; seed < 200; seed++) {
      run(seed);
    }
  }

  private static void run(long seed) {
    Random random = new Random(seed);
    int slots = 1 + random.nextInt(12);
    ScheduleOptions options = ScheduleOptions.of(slots);
    FairSchedule schedule = new FairSchedule(options);
    NaiveSchedule naive = new NaiveSchedule(options);
    int accounts = 1 + random.nextInt(6);
    List<Ticket> waiting = new ArrayList<>();
    List<Ticket> out = new ArrayList<>();
    List<Ticket> outside = new ArrayList<>();
    List<Ticket> withdrawn = new ArrayList<>();
    for (int a = 0; a < accounts; a++) {
      if (random.nextInt(3) == 0) {
        double weight = 1 << random.nextInt(3); // sums of these are exact
        schedule.weight("a" + a, weight);
        naive.weight("a" + a, weight);
      }
    }
    long now = 0;
    long number = 0;
    for (int step = 0; step < 250; step++) {
      now += (long) (random.nextDouble() * random.nextDouble() * 80e6);
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> {
          Ticket ticket = ticket(++number, "a" + random.nextInt(accounts), random);
          schedule.add(ticket);
          naive.add(ticket);
          waiting.add(ticket);
        }
        case 3 -> {
          if (!waiting.isEmpty()) {
            Ticket ticket = waiting.remove(random.nextInt(waiting.size()));
            assertThat(schedule.remove(ticket.number())).isTrue();
            assertThat(naive.remove(ticket.number())).isTrue();
            if (random.nextBoolean()) {
              withdrawn.add(ticket); // and comes back later, behind others of its key
            }
          }
        }
        case 4, 5 -> {
          if (!out.isEmpty()) {
            Ticket ticket = out.remove(random.nextInt(out.size()));
            End end = End.values()[random.nextInt(3)];
            schedule.ended(ticket.number(), end, now);
            naive.ended(ticket.number(), end, now);
            if (end != End.FOR_GOOD) {
              outside.add(ticket);
            }
          }
        }
        case 6 -> {
          if (!withdrawn.isEmpty() && random.nextBoolean()) {
            Ticket ticket = withdrawn.remove(random.nextInt(withdrawn.size()));
            schedule.add(ticket);
            naive.add(ticket);
            waiting.add(ticket);
          }
          if (!outside.isEmpty()) {
            Ticket ticket = outside.remove(random.nextInt(outside.size()));
            if (random.nextBoolean()) {
              schedule.add(ticket);
              naive.add(ticket);
              waiting.add(ticket);
            } else {
              schedule.abandoned(ticket);
              naive.abandoned(ticket);
            }
          }
        }
        default -> {
          Credits credits = credits(random.nextInt(9), random.nextInt(3));
          int most = 1 + random.nextInt(5);
          List<Ticket> taken = schedule.take(most, credits, now);
          assertThat(taken)
              .as("seed %s, step %s", seed, step)
              .isEqualTo(naive.take(most, credits, now));
          waiting.removeAll(taken);
          out.addAll(taken);
        }
      }
      assertThat(schedule.free()).isEqualTo(slots - out.size()).isNotNegative();
      assertThat(schedule.waiting()).isEqualTo(waiting.size());
    }
  }

  private static Credits credits(int without, int few) {
    return (account, route) -> route.equals("r" + without) ? 0 : few == 0 ? 1 : Integer.MAX_VALUE;
  }

  private static Ticket ticket(long number, String account, Random random) {
    String route = "r" + random.nextInt(3);
    if (random.nextInt(4) == 0) {
      return new Ticket(number, account, route, 0, Ticket.NO_DEADLINE, 1 + random.nextInt(2));
    }
    long deadline = random.nextInt(3) == 0 ? random.nextInt(1_000) : Ticket.NO_DEADLINE;
    return new Ticket(number, account, route, random.nextInt(3), deadline, Ticket.NO_KEY);
  }
}
