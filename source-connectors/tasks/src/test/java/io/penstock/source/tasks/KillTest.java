package io.penstock.source.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.Demand;
import io.penstock.connector.Failpoints;
import io.penstock.connector.HttpRoute;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.QueueSource.Attempt;
import io.penstock.connector.QueueSource.Settled;
import io.penstock.connector.Settlement;
import io.penstock.connector.SourceRecord;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.state.TaskTransitions;
import io.penstock.source.tasks.state.Transition;
import io.penstock.source.tasks.store.SqliteTaskStore;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskStore;
import io.penstock.testkit.contract.MemoryStateStore;
import io.penstock.testkit.contract.RecordingOwner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills a process that takes and handles tasks. What was answered with 202 comes to one end, in a
 * worker after it.
 */
class KillTest {

  private static final int BATCH = 20;
  private static final String ID = "accepted ";

  @TempDir Path folder;

  /** Takes tasks and handles them; prints the id of each when it was answered with 202. */
  static final class Worker {

    private Worker() {}

    /**
     * Runs until it is killed, or until everything is done.
     *
     * @param args folder, prefix of ids or {@code -} to take nothing new, and a failpoint to die at
     *     with how often it is reached first
     */
    public static void main(String[] args) throws Exception {
      int[] left = {args.length > 3 ? Integer.parseInt(args[3]) : 0};
      Failpoints failpoints =
          name -> {
            if (args.length > 3 && name.equals(args[2]) && --left[0] == 0) {
              Runtime.getRuntime().halt(137);
            }
          };
      TasksSource source =
          new TasksSource(
              TestSources.config(Map.of()), Path.of("."), InstantSource.system(), System::nanoTime);
      source.open(
          new TestContext(
              "jobs",
              new RecordingOwner(),
              Set.of("f"),
              new MemoryStateStore(),
              Path.of(args[0]),
              failpoints));
      Thread sender = new Thread(() -> send(source, args[1]), "sender");
      sender.setDaemon(true);
      if (!args[1].equals("-")) {
        sender.start();
      }
      Demand demand = new Demand(50, 1 << 20, Set.of(), Map.of("f", 50));
      int quiet = 0;
      while (quiet < 20 || sender.isAlive()) {
        List<SourceRecord> taken = new ArrayList<>();
        for (LaneRecords polled : source.poll(demand, Duration.ofMillis(10))) {
          taken.addAll(polled.records());
        }
        quiet = taken.isEmpty() ? quiet + 1 : 0;
        if (!taken.isEmpty()) {
          source.started(taken);
          source.attempted(
              taken.stream()
                  .map(record -> new Attempt(record, new AttemptEnd.Done(List.of())))
                  .toList());
          source.settled(
              taken.stream().map(record -> new Settled(record, Settlement.DELIVERED)).toList());
        }
      }
      source.close();
    }

    private static void send(TasksSource source, String prefix) {
      HttpRoute.Handler submit = source.httpRoutes().get(0).handler();
      for (int batch = 0; ; batch++) {
        StringBuilder body = new StringBuilder("{\"tasks\":[");
        StringBuilder ids = new StringBuilder();
        for (int i = 0; i < BATCH; i++) {
          String id = prefix + "-" + batch + "-" + i;
          body.append(i == 0 ? "" : ",").append("{\"id\":\"").append(id).append("\"}");
          ids.append(ID).append(id).append('\n');
        }
        TestAnswer answer =
            TestAnswer.to(TestRequest.of("POST", "/tasks", body.append("]}").toString()), submit);
        if (answer.status() == 202) {
          System.out.print(ids);
          System.out.flush();
        }
      }
    }
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Worker.class.getName());
    command.add(folder.toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** Runs a worker until so many tasks were taken, or it dies; answers which were. */
  private List<String> run(int killAfter, String... arguments) throws Exception {
    List<String> accepted = new ArrayList<>();
    Process process = start(arguments);
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      String line;
      boolean killed = false;
      while ((line = out.readLine()) != null) {
        if (line.startsWith(ID)) { // and not of the log
          accepted.add(line.substring(ID.length()));
        }
        if (!killed && accepted.size() >= killAfter) {
          killed = true;
          process.toHandle().destroyForcibly(); // what it had printed before is still read
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    // The last line may have been cut off.
    return accepted.isEmpty() ? accepted : accepted.subList(0, accepted.size() - 1);
  }

  private void finishAndCheck(List<String> accepted) throws Exception {
    Process last = start("-");
    assertThat(last.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(last.exitValue()).isZero();
    assertThat(accepted).isNotEmpty();
    assertThat(new HashSet<>(accepted)).hasSameSizeAs(accepted);
    try (TaskStore store =
        SqliteTaskStore.open(folder.resolve("tasks.db"), "check", Failpoints.NONE)) {
      for (String id : accepted) {
        assertLegal(store.find("default", id).orElseThrow(() -> new AssertionError("lost: " + id)));
      }
    }
  }

  private static void assertLegal(StoredTask task) {
    assertThat(task.life().state() == TaskState.SUCCEEDED || task.life().crashes() >= 3)
        .as("%s", task.life().log())
        .isTrue();
    TaskState state = null;
    for (Transition entry : task.life().log().entries()) {
      Optional<TaskState> next =
          state == null
              ? Optional.of(TaskTransitions.first(entry.action()))
              : TaskTransitions.next(state, entry.action());
      assertThat(next).as("%s", task.life().log()).contains(entry.state());
      state = entry.state();
    }
  }

  @Test
  void killedAtAnyMoment() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> accepted = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      accepted.addAll(run(BATCH * (1 + random.nextInt(60)), "r" + round));
    }
    finishAndCheck(accepted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tasks-before-commit",
        "tasks-after-commit",
        "tasks-before-start",
        "tasks-after-start",
        "tasks-before-settle"
      })
  void killedBetweenTwoSteps(String failpoint) throws Exception {
    List<String> accepted = new ArrayList<>(run(Integer.MAX_VALUE, "a", failpoint, "20"));
    accepted.addAll(run(Integer.MAX_VALUE, "b", failpoint, "21"));
    finishAndCheck(accepted);
  }
}
