package io.penstock.source.tasks.desk;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.SourceContext;
import io.penstock.source.tasks.state.TaskAction;
import io.penstock.source.tasks.state.TaskLife;
import io.penstock.source.tasks.state.TaskLife.Occasion;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.Change;
import io.penstock.source.tasks.store.TaskStore;
import io.penstock.source.tasks.store.TaskStore.Altered;
import io.penstock.source.tasks.store.TaskStore.By;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes the starts of attempts durable before they happen.
 *
 * @param store where they are kept
 * @param context of the source
 * @param inbox tells whoever watches a task
 * @param worker this one
 */
record Starts(TaskStore store, SourceContext context, Inbox inbox, String worker) {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Returns when it is durable; what is not to begin any more is cancelled. */
  void begin(List<Known> tasks, long nowMs) {
    List<Known> begun = new ArrayList<>();
    List<Change> changes = new ArrayList<>();
    for (Known here : tasks) {
      Optional<TaskLife> next = begin(here, here.task.life(), nowMs);
      if (next.isEmpty()) {
        cancel(here);
        continue;
      }
      changes.add(
          new Change(
              here.task.life().version(), here.task.with(next.get(), nowMs).withDue(0), null));
      here.end = null;
      begun.add(here);
    }
    if (changes.isEmpty()) {
      return;
    }
    context.failpoints().reached("tasks-before-start");
    List<Boolean> saved = await(store.save(changes));
    context.failpoints().reached("tasks-after-start");
    for (int i = 0; i < begun.size(); i++) {
      if (saved.get(i)) {
        begun.get(i).task = changes.get(i).task();
        inbox.changed(begun.get(i).task);
      } else {
        beginOfWhatIsKept(begun.get(i), nowMs);
      }
    }
  }

  private void cancel(Known here) {
    TaskRecord record = here.record;
    if (record != null) {
      context.lanes().cancel(record.lane(), record);
    }
  }

  /** Somebody has changed it meanwhile: its priority, or that it is to begin at all. */
  private void beginOfWhatIsKept(Known here, long nowMs) {
    List<Altered> altered =
        await(
            store.alter(
                By.OWNER,
                List.of(here.task.number()),
                task ->
                    begin(here, task.life(), nowMs).map(next -> task.with(next, nowMs).withDue(0)),
                null));
    if (!altered.isEmpty()) {
      here.task = altered.get(0).after();
    }
    if (altered.isEmpty() || !altered.get(0).isChanged()) {
      cancel(here);
    }
  }

  private Optional<TaskLife> begin(Known here, TaskLife life, long nowMs) {
    TaskRecord record = here.record;
    long takenMs = record == null ? nowMs : record.takenMs();
    Optional<TaskLife> taken =
        life.state() == TaskState.ENQUEUED
            ? life.after(TaskAction.TAKE, Occasion.at(takenMs))
            : Optional.of(life);
    // A task keeps the version of its first start: this is where that stands.
    String version =
        record == null || record.version().isEmpty() ? "" : "version " + record.version();
    return taken.flatMap(one -> one.after(TaskAction.START, new Occasion(nowMs, version, worker)));
  }

  private static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ConnectorException.retry("interrupted while starts were made durable", e);
    } catch (ExecutionException e) {
      throw ConnectorException.retry("starts can't be made durable: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw ConnectorException.retry(
          "starts were not durable within " + LIMIT.toSeconds() + " s", e);
    }
  }
}
