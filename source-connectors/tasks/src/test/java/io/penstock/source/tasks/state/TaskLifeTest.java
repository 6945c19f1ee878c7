package io.penstock.source.tasks.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.source.tasks.state.TaskLife.Occasion;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TaskLifeTest {

  private static TaskLife after(TaskAction... actions) {
    TaskLife life = TaskLife.begin(TaskAction.SUBMIT, Occasion.at(0));
    for (TaskAction action : actions) {
      life = life.after(action, Occasion.at(1)).orElseThrow();
    }
    return life;
  }

  @Test
  void theThirdCrashIsTheLast() {
    TaskLife life = after(TaskAction.TAKE, TaskAction.START);
    life = life.afterLoss(Occasion.at(2)).orElseThrow();
    assertThat(life.state()).isEqualTo(TaskState.RETRYING);
    life = life.after(TaskAction.START, Occasion.at(3)).orElseThrow();
    life = life.afterLoss(Occasion.at(4)).orElseThrow();
    assertThat(life.state()).isEqualTo(TaskState.RETRYING);
    life = life.after(TaskAction.START, Occasion.at(5)).orElseThrow();
    life = life.afterLoss(Occasion.at(6, "killed")).orElseThrow();
    assertThat(life.state()).isEqualTo(TaskState.FAILED);
    assertThat(life.crashes()).isEqualTo(3);
    assertThat(life.log().toString()).contains("lost during 3 attempts; killed");
    life = life.after(TaskAction.RERUN, Occasion.at(7)).orElseThrow();
    assertThat(life.crashes()).isZero();
    assertThat(life.attempts()).isZero();
  }

  @Test
  void aWorkerLostBeforeAnAttemptCostsNothing() {
    TaskLife life = after(TaskAction.TAKE).afterLoss(Occasion.at(2)).orElseThrow();
    assertThat(life.state()).isEqualTo(TaskState.ENQUEUED);
    assertThat(life.crashes()).isZero();
    assertThat(life.attempts()).isZero();
    assertThat(life.afterLoss(Occasion.at(3))).isEmpty();
  }

  @Test
  void aWorkerLostWhileATaskStopsOrPausesLeavesItStoppedOrPaused() {
    TaskLife stopping = after(TaskAction.TAKE, TaskAction.START, TaskAction.STOP);
    assertThat(stopping.afterLoss(Occasion.at(2)).orElseThrow().state())
        .isEqualTo(TaskState.STOPPED);
    TaskLife pausing = after(TaskAction.TAKE, TaskAction.START, TaskAction.PAUSE);
    assertThat(pausing.afterLoss(Occasion.at(2)).orElseThrow().state()).isEqualTo(TaskState.PAUSED);
  }

  @Test
  void aDeliveryGoesItsOwnWay() {
    TaskLife life = after(TaskAction.TAKE, TaskAction.START);
    assertThat(life.delivery()).isEqualTo(DeliveryState.PENDING);
    life = life.after(TaskAction.EXECUTED, Occasion.at(2)).orElseThrow();
    assertThat(life.delivery()).isEqualTo(DeliveryState.DELIVERING);
    TaskLife done = life.after(TaskAction.COMPLETE, Occasion.at(3)).orElseThrow();
    assertThat(done.delivery()).isEqualTo(DeliveryState.DELIVERED);
    assertThat(done.delivery(DeliveryState.DELIVERING)).isSameAs(done);
    TaskLife dead = life.delivery(DeliveryState.DEAD_LETTERED);
    assertThat(dead.delivery()).isEqualTo(DeliveryState.DEAD_LETTERED);
    assertThat(dead.version()).isEqualTo(life.version() + 1);
  }

  @Test
  void whatIsTooLongIsCut() {
    TaskLife life =
        TaskLife.begin(
            TaskAction.SUBMIT, new Occasion(0, "\ud83d\ude00".repeat(200), "b".repeat(300)));
    Transition entry = TransitionLog.of(life.log().packed()).entries().get(0);
    assertThat(entry.cause()).isEqualTo("\ud83d\ude00".repeat(100));
    assertThat(entry.by()).hasSize(TransitionLog.MAX_BY);
  }

  @Test
  void aStoredLogThatIsDamagedOrTooNewIsRefused() {
    byte[] good = after(TaskAction.TAKE).log().packed();
    assertThatThrownBy(() -> TransitionLog.of(Arrays.copyOf(good, good.length - 1)))
        .hasMessageContaining("cut off");
    byte[] newer = good.clone();
    newer[0] = 2;
    assertThatThrownBy(() -> TransitionLog.of(newer)).hasMessageContaining("version 2");
    assertThatThrownBy(() -> TransitionLog.of(new byte[0])).hasMessageContaining("cut off");
  }

  @Test
  void equalLogsAreEqual() {
    assertThat(after(TaskAction.TAKE).log()).isEqualTo(after(TaskAction.TAKE).log());
    assertThat(after(TaskAction.TAKE).log()).hasSameHashCodeAs(after(TaskAction.TAKE).log());
    assertThat(after(TaskAction.TAKE).log()).isNotEqualTo(after().log());
  }
}
