package io.penstock.server.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a function logs is found by the task that it was about. */
class TaskLogTest {

  private static final String FUNCTION =
      ",\"function\":{\"type\":\"java\",\"handler\":\"" + Talking.class.getName() + "\"}";

  @TempDir Path folder;

  private static void run(TasksWorker worker, String id, String text) {
    TasksWorker.Answer answer =
        worker.ask(
            "POST",
            "/functions/jobs/tasks",
            text,
            Map.of("Task-Id", id, "Content-Type", "text/plain", "Prefer", "wait=30"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private static List<?> lines(TasksWorker worker, String id) {
    return (List<?>) worker.good("GET", "/tasks/" + id + "/log", "").get("lines");
  }

  @Test
  void eachTaskHasItsOwnLines() throws Exception {
    try (TasksWorker worker = TasksWorker.start(folder, FUNCTION)) {
      run(worker, "one", "hello");
      run(worker, "two", "fail");

      assertThat(lines(worker, "one")).hasSize(1);
      Map<?, ?> line = (Map<?, ?>) lines(worker, "one").get(0);
      assertThat(line.get("level")).isEqualTo("ERROR");
      assertThat(line.get("logger")).isEqualTo(Talking.class.getName());
      assertThat(line.get("text")).isEqualTo("it was told: hello");
      assertThat(lines(worker, "two"))
          .singleElement()
          .extracting(one -> ((Map<?, ?>) one).get("text").toString())
          .asString()
          .startsWith("it fails\njava.lang.IllegalStateException: as it was told\n")
          .contains("at " + Talking.class.getName() + ".handle");
      assertThat(worker.ask("GET", "/tasks/three/log", "", Map.of()).status()).isEqualTo(404);
    }
  }
}
