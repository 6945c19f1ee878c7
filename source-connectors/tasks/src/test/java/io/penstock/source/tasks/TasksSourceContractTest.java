package io.penstock.source.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.Demand;
import io.penstock.connector.Failpoints;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.QueueCapabilities;
import io.penstock.connector.QueueSource;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import io.penstock.source.tasks.desk.Tasks;
import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.TaskLife;
import io.penstock.source.tasks.state.TaskLife.Occasion;
import io.penstock.source.tasks.store.NewTask;
import io.penstock.source.tasks.store.SqliteTaskStore;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskNumbers;
import io.penstock.source.tasks.store.TaskSpec;
import io.penstock.source.tasks.store.TaskStore;
import io.penstock.testkit.contract.QueueEnvironment;
import io.penstock.testkit.contract.QueueSourceContract;
import io.penstock.testkit.contract.RecordingOwner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** The contract of queue sources, over tasks that are put into the file before a source is opened. */
class TasksSourceContractTest extends QueueSourceContract {

  @TempDir static Path temporary;

  @Override
  protected QueueEnvironment environment() {
    return new QueueEnvironment() {
      private int queues;

      @Override
      public Queue newQueue() {
        return new FileQueue(temporary.resolve("q" + ++queues));
      }

      @Override
      public void close() {
        // The folder is the test's.
      }
    };
  }

  /** A folder with tasks, and a clock that is moved by hand. */
  private static final class FileQueue implements QueueEnvironment.Queue {

    private final Path folder;
    private final AtomicLong nowMs = new AtomicLong(1_790_000_000_000L);
    private final List<String> names = new ArrayList<>();
    private @Nullable TasksSource last;

    FileQueue(Path folder) {
      this.folder = folder;
    }

    private TaskStore store() {
      return SqliteTaskStore.open(folder.resolve("tasks.db"), "test-tasks", Failpoints.NONE);
    }

    @Override
    public void put(List<QueueEnvironment.Entry> entries) {
      try (TaskStore store = store()) {
        TaskNumbers numbers = store.numbers(() -> Instant.ofEpochMilli(nowMs.get()));
        List<NewTask> tasks = new ArrayList<>();
        for (QueueEnvironment.Entry entry : entries) {
          byte[] payload = entry.text().getBytes(UTF_8);
          names.add(entry.text());
          TaskSpec spec =
              new TaskSpec(
                  numbers.next(),
                  "default",
                  Optional.of(entry.text()),
                  entry.route() == null ? "quick" : entry.route(),
                  "text/plain",
                  payload.length,
                  "",
                  Optional.empty(),
                  TaskSpec.NEVER,
                  TaskSpec.NEVER);
          TaskLife life = TaskLife.begin(TaskAction.SUBMIT, Occasion.at(nowMs.get()));
          tasks.add(
              new NewTask(
                  new StoredTask(spec, life, 0, 0, 0, 0, StoredTask.Progress.NONE), payload));
        }
        store.submit(tasks).toCompletableFuture().join();
      }
    }

    @Override
    public QueueSource source() {
      last = TestSources.make(Map.of(), nowMs);
      return new InFolder(last, folder);
    }

    @Override
    public void pass(Duration time) {
      nowMs.addAndGet(time.toMillis());
    }

    private TaskStore written() {
      Tasks tasks = Objects.requireNonNull(last).tasks();
      tasks.delete(List.of()).toCompletableFuture().join(); // behind all that was to be written
      return tasks.store();
    }

    @Override
    public int size() {
      TaskStore store = written();
      return (int)
          names.stream()
              .map(name -> store.find("default", name).orElseThrow())
              .filter(task -> !task.life().state().isFinal())
              .count();
    }

    @Override
    public OptionalDouble progress(String text) {
      TasksSource source = Objects.requireNonNull(last);
      source.poll(RecordingOwner.NOTHING, Duration.ZERO);
      written();
      source.poll(RecordingOwner.NOTHING, Duration.ZERO); // what was told meanwhile is written now
      return OptionalDouble.of(written().find("default", text).orElseThrow().progress().fraction());
    }
  }

  /** The suite gives a source no folder and no routes. */
  private record InFolder(QueueSource source, Path folder) implements QueueSource {

    @Override
    public void open(SourceContext given) {
      source.open(
          new TestContext(
              given.connector(),
              given.lanes(),
              Set.of("quick", "slow"),
              given.state(),
              folder,
              given.failpoints()));
    }

    @Override
    public QueueCapabilities capabilities() {
      return source.capabilities();
    }

    /** The suite's demand names no credits, so every route has as much as is asked for. */
    @Override
    public List<LaneRecords> poll(Demand demand, Duration maxWait) {
      return source.poll(
          new Demand(
              demand.events(),
              demand.bytes(),
              demand.saturatedRoutes(),
              Map.of("quick", 1_000, "slow", 1_000)),
          maxWait);
    }

    @Override
    public void started(List<SourceRecord> records) {
      source.started(records);
    }

    @Override
    public void attempted(List<Attempt> attempts) {
      source.attempted(attempts);
    }

    @Override
    public void progress(SourceRecord record, double fraction, String note) {
      source.progress(record, fraction, note);
    }

    @Override
    public void renew(List<SourceRecord> records) {
      source.renew(records);
    }

    @Override
    public void release(SourceRecord record, Duration delay) {
      source.release(record, delay);
    }

    @Override
    public void settled(List<Settled> records) {
      source.settled(records);
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
