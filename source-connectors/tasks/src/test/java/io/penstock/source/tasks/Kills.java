package io.penstock.source.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.state.TaskTransitions;
import io.penstock.source.tasks.state.Transition;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskFilter;
import io.penstock.source.tasks.store.TaskStore;
import io.penstock.source.tasks.store.TaskStore.Order;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Starts processes that take and handle tasks, kills them, and knows from outside what they took. */
final class Kills {

  static final String[] FAILPOINTS = {
    "tasks-before-commit",
    "tasks-after-commit",
    "tasks-before-start",
    "tasks-after-start",
    "tasks-before-settle"
  };

  private static final int PAGE = 5_000;

  private final String url;
  private final List<String> accepted = new ArrayList<>();

  /**
   * Over one store.
   *
   * @param url of a PostgreSQL, or {@code -} for the folder
   */
  Kills(String url) {
    this.url = url;
  }

  /** How many tasks were answered with 202. */
  synchronized int accepted() {
    return accepted.size();
  }

  private Process start(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx192m", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(KilledWorker.class.getName());
    command.add(folder.toString());
    command.add(url);
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /**
   * Runs a worker until so many of its tasks were taken, or it dies.
   *
   * @param arguments prefix of ids, how many tasks, and if wanted a failpoint and its count
   */
  void run(Path folder, int killAfter, String... arguments) throws Exception {
    List<String> taken = new ArrayList<>();
    Process process = start(folder, arguments);
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      String line;
      boolean killed = false;
      while ((line = out.readLine()) != null) {
        if (line.startsWith(KilledWorker.ID)) { // and not of the log
          taken.add(line.substring(KilledWorker.ID.length()));
        }
        if (!killed && taken.size() >= killAfter) {
          killed = true;
          process.toHandle().destroyForcibly(); // what it had printed before is still read
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("killed").isIn(0, 137);
    synchronized (this) {
      // The last line may have been cut off.
      accepted.addAll(
          process.exitValue() == 0 || taken.isEmpty() ? taken : taken.subList(0, taken.size() - 1));
    }
  }

  /** Lets a last worker do what is left. */
  void finish(Path folder) throws Exception {
    Process last = start(folder, "-", "0");
    last.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    assertThat(last.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(last.exitValue()).isZero();
  }

  /** Each task that was answered with 202 has come to one end, over a path that the table allows. */
  synchronized void check(TaskStore store) {
    assertThat(accepted).isNotEmpty();
    Set<String> missing = new HashSet<>(accepted);
    assertThat(missing).hasSameSizeAs(accepted);
    Optional<Long> cursor = Optional.empty();
    List<StoredTask> page;
    while (!(page = store.list(TaskFilter.all("default"), Order.OLDEST_FIRST, cursor, PAGE))
        .isEmpty()) {
      for (StoredTask task : page) {
        missing.remove(task.spec().id());
        assertLegal(task);
      }
      cursor = Optional.of(page.get(page.size() - 1).number());
    }
    assertThat(missing).as("lost").isEmpty();
  }

  private static void assertLegal(StoredTask task) {
    boolean isWell = task.life().state() == TaskState.SUCCEEDED || task.life().crashes() >= 3;
    TaskState state = null;
    int ends = 0;
    for (Transition entry : task.life().log().entries()) {
      Optional<TaskState> next =
          state == null
              ? Optional.of(TaskTransitions.first(entry.action()))
              : TaskTransitions.next(state, entry.action());
      isWell &= next.equals(Optional.of(entry.state()));
      state = entry.state();
      ends += state.isFinal() ? 1 : 0;
    }
    if (!isWell || ends != 1 || state != task.life().state()) {
      throw new AssertionError(task.spec().id() + ": " + task.life().log());
    }
  }
}
