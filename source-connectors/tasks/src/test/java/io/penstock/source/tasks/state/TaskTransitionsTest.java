package io.penstock.source.tasks.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TaskTransitionsTest {

  @Test
  void aFinalStateIsLeftByARerunAlone() {
    for (TaskState state : TaskState.values()) {
      if (state.isFinal()) {
        assertThat(TaskTransitions.allowed(state)).containsExactly(TaskAction.RERUN);
      } else {
        assertThat(TaskTransitions.allowed(state)).doesNotContain(TaskAction.RERUN);
      }
    }
  }

  @Test
  void anEndCanBeReachedFromEveryState() {
    for (TaskState state : TaskState.values()) {
      assertThat(reachable(state)).as("from %s", state).anyMatch(TaskState::isFinal);
    }
  }

  @Test
  void everyStateCanBeReached() {
    Set<TaskState> all = reachable(TaskState.ENQUEUED);
    all.addAll(reachable(TaskState.DELAYED));
    assertThat(all).containsAll(EnumSet.allOf(TaskState.class));
  }

  private static Set<TaskState> reachable(TaskState from) {
    Set<TaskState> found = EnumSet.of(from);
    Deque<TaskState> open = new ArrayDeque<>(found);
    while (!open.isEmpty()) {
      TaskState state = open.remove();
      for (TaskAction action : TaskTransitions.allowed(state)) {
        TaskState next = TaskTransitions.next(state, action).orElseThrow();
        if (found.add(next)) {
          open.add(next);
        }
      }
    }
    return found;
  }

  @Test
  void onlyAStartLeadsToRunning() {
    for (TaskState state : TaskState.values()) {
      for (TaskAction action : TaskTransitions.allowed(state)) {
        if (TaskTransitions.next(state, action).orElseThrow() == TaskState.RUNNING
            && state != TaskState.RUNNING
            && state != TaskState.PAUSING) {
          assertThat(action).isEqualTo(TaskAction.START);
        }
      }
    }
  }

  @Test
  void aCompletionWinsOverAStopAndAPause() {
    assertThat(TaskTransitions.next(TaskState.STOPPING, TaskAction.COMPLETE))
        .contains(TaskState.SUCCEEDED);
    assertThat(TaskTransitions.next(TaskState.PAUSING, TaskAction.COMPLETE))
        .contains(TaskState.SUCCEEDED);
  }

  @Test
  void aTaskThatDoesNotStopIsStillStopping() {
    assertThat(TaskTransitions.next(TaskState.STOPPING, TaskAction.DID_NOT_STOP))
        .contains(TaskState.STOPPING);
  }

  @Test
  void whatIsNotInTheTableIsNotAllowed() {
    assertThat(TaskTransitions.next(TaskState.SUCCEEDED, TaskAction.STOP)).isEmpty();
    assertThat(TaskTransitions.next(TaskState.ENQUEUED, TaskAction.START)).isEmpty();
    assertThat(TaskTransitions.next(TaskState.RUNNING, TaskAction.EXPIRE)).isEmpty();
    assertThatThrownBy(() -> TaskTransitions.first(TaskAction.START))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void codesAreUniqueAndReadBack() {
    for (TaskState state : TaskState.values()) {
      assertThat(TaskState.of(state.code())).isEqualTo(state);
    }
    for (TaskAction action : TaskAction.values()) {
      assertThat(TaskAction.of(action.code())).isEqualTo(action);
    }
    for (DeliveryState state : DeliveryState.values()) {
      assertThat(DeliveryState.of(state.code())).isEqualTo(state);
    }
    assertThatThrownBy(() -> TaskState.of(0)).hasMessageContaining("0");
    assertThatThrownBy(() -> TaskAction.of(99)).hasMessageContaining("99");
    assertThatThrownBy(() -> DeliveryState.of(9)).hasMessageContaining("9");
  }
}
