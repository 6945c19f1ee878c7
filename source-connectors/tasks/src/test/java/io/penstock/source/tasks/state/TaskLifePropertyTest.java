package io.penstock.source.tasks.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.source.tasks.state.TaskLife.Occasion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random lives, against a list of what happened. */
class TaskLifePropertyTest {

  @Test
  void everyLifeIsALegalPathAndCountsWhatHappened() {
    for (long seed = 0; seed < 300; seed++) {
      live(seed);
    }
  }

  private static void live(long seed) {
    Random random = new Random(seed);
    long now = 1_790_000_000_000L;
    TaskAction first = random.nextBoolean() ? TaskAction.SUBMIT : TaskAction.DELAY;
    TaskLife life = TaskLife.begin(first, new Occasion(now, "", "somebody"));
    List<Transition> expected =
        new ArrayList<>(List.of(new Transition(now, first, life.state(), "", "somebody")));
    int attempts = 0;
    int crashes = 0;
    for (int step = 0; step < 120; step++) {
      now += random.nextInt(5_000) - 100; // clocks are set back, too
      TaskAction action = TaskAction.of(1 + random.nextInt(TaskAction.values().length));
      Occasion occasion = new Occasion(now, random.nextInt(4) == 0 ? "why \u20ac" : "", "");
      Optional<TaskLife> next = life.after(action, occasion);
      Optional<TaskState> allowed = TaskTransitions.next(life.state(), action);
      assertThat(next.map(TaskLife::state)).as("seed %s", seed).isEqualTo(allowed);
      if (next.isEmpty()) {
        continue;
      }
      boolean ran =
          life.state() == TaskState.RUNNING
              || life.state() == TaskState.PAUSING
              || life.state() == TaskState.STOPPING;
      switch (action) {
        case START -> attempts++;
        case THROTTLE -> attempts--;
        case LOSE, QUARANTINE -> crashes += ran ? 1 : 0;
        case RERUN -> {
          attempts = 0;
          crashes = 0;
        }
        default -> {}
      }
      assertThat(next.get().version()).isEqualTo(life.version() + 1);
      life = next.get();
      expected.add(new Transition(now, action, life.state(), occasion.cause(), ""));
      assertThat(life.attempts()).as("seed %s", seed).isEqualTo(attempts);
      assertThat(life.crashes()).isEqualTo(crashes);
      TransitionLog read = TransitionLog.of(life.log().packed());
      assertThat(read.entries()).isEqualTo(kept(expected));
      assertThat(read.leftOut())
          .isEqualTo(Math.max(0, expected.size() - TransitionLog.MAX_ENTRIES));
    }
  }

  private static List<Transition> kept(List<Transition> all) {
    int left = all.size() - TransitionLog.MAX_ENTRIES;
    if (left <= 0) {
      return all;
    }
    List<Transition> kept = new ArrayList<>(all.subList(0, TransitionLog.FIRST_ENTRIES));
    kept.addAll(all.subList(TransitionLog.FIRST_ENTRIES + left, all.size()));
    return kept;
  }
}
