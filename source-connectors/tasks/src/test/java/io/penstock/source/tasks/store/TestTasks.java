package io.penstock.source.tasks.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.TaskLife;
import io.penstock.source.tasks.state.TaskLife.Occasion;
import io.penstock.source.tasks.store.StoredTask.Progress;
import java.util.Optional;

/** Makes tasks. */
final class TestTasks {

  static final String ACCOUNT = "acme";

  private TestTasks() {}

  static NewTask of(TaskNumbers numbers, String function) {
    TaskSpec spec =
        new TaskSpec(
            numbers.next(),
            ACCOUNT,
            Optional.empty(),
            function,
            "text/plain",
            1,
            "",
            Optional.empty(),
            TaskSpec.NEVER,
            TaskSpec.NEVER);
    TaskLife life =
        TaskLife.begin(TaskAction.SUBMIT, new Occasion(spec.submittedMs(), "", ACCOUNT));
    return new NewTask(new StoredTask(spec, life, 0, 0, 0, 0, Progress.NONE), "p".getBytes(UTF_8));
  }

  static StoredTask after(StoredTask task, long nowMs, TaskAction... actions) {
    StoredTask next = task;
    for (TaskAction action : actions) {
      next = next.with(next.life().after(action, Occasion.at(nowMs)).orElseThrow(), nowMs);
    }
    return next;
  }
}
