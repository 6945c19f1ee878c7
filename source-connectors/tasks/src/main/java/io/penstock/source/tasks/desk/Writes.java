package io.penstock.source.tasks.desk;

import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.Change;
import io.penstock.source.tasks.store.Result;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskStore;
import io.penstock.source.tasks.store.TaskStore.Altered;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens to tasks, without waiting for it. A change is made of what is known here; if
 * somebody else was quicker, it is made again of what is kept. Intake thread.
 */
final class Writes {

  private static final Logger log = LoggerFactory.getLogger(Writes.class);

  private final String connector;
  private final TaskStore store;
  private final Inbox inbox;
  private final Consumer<Altered> counts;
  private final Consumer<Known> written;
  private final Consumer<Known> overtaken;
  private final Consumer<Known> over;
  private int ending;

  /**
   * Over a store.
   *
   * @param counts called with each change that is durable
   * @param written called when something of a task was written, and it goes on
   * @param overtaken called when that was made of something newer than what was known here
   * @param over called when a task is over and that is written
   */
  Writes(
      String connector,
      TaskStore store,
      Inbox inbox,
      Consumer<Altered> counts,
      Consumer<Known> written,
      Consumer<Known> overtaken,
      Consumer<Known> over) {
    this.connector = connector;
    this.store = store;
    this.inbox = inbox;
    this.counts = counts;
    this.written = written;
    this.overtaken = overtaken;
    this.over = over;
  }

  /** A change, and what it was made of. */
  record Saving(Known here, Steps.Step step, StoredTask before, Optional<Change> change) {}

  /** The last change of a task that is over; it is out no more. */
  Saving ending(Known here, Steps.Step step) {
    here.record = null;
    isEnding(here);
    return saving(here, step);
  }

  /** A task is over, and is forgotten when everything about it is written. */
  void isEnding(Known here) {
    here.isEnding = true;
    ending++;
  }

  /** How many tasks are over and wait for that to be written. */
  int ending() {
    return ending;
  }

  /** Makes a change of what is known of a task; to be written with {@link #save}. */
  Saving saving(Known here, Steps.Step step) {
    StoredTask before = here.task;
    Optional<StoredTask> after = step.on(before);
    here.saving++;
    if (after.isEmpty()) {
      return new Saving(here, step, before, Optional.empty());
    }
    here.task = after.get();
    Result result = after.get().life().state() == TaskState.SUCCEEDED ? here.result : null;
    return new Saving(
        here, step, before, Optional.of(new Change(before.life().version(), after.get(), result)));
  }

  /** Writes changes; one that somebody else was quicker than is made again of what is kept. */
  void save(List<Saving> savings) {
    if (savings.isEmpty()) {
      return;
    }
    List<Change> changes = new ArrayList<>();
    List<Saving> changing = new ArrayList<>();
    for (Saving saving : savings) {
      if (saving.change().isPresent()) {
        changes.add(saving.change().get());
        changing.add(saving);
      } else {
        again(saving); // perhaps because somebody else has changed it
      }
    }
    if (changes.isEmpty()) {
      return;
    }
    store
        .save(changes)
        .whenComplete(
            (saved, failure) -> {
              List<Saving> done = new ArrayList<>();
              for (int i = 0; i < changing.size(); i++) {
                if (saved != null && saved.get(i)) {
                  done.add(changing.get(i));
                } else {
                  again(changing.get(i));
                }
              }
              inbox.add(() -> done.forEach(saving -> saved(saving, Optional.empty())));
            });
  }

  private void again(Saving saving) {
    Result result = saving.here().result;
    store
        .alter(List.of(saving.here().task.number()), saving.step()::on, result)
        .whenComplete(
            (altered, failure) -> {
              if (failure != null) {
                log.warn("{}: a change of a task is tried again", connector, failure);
                inbox.later(() -> again(saving));
              } else {
                inbox.add(() -> saved(saving, altered.stream().findFirst()));
              }
            });
  }

  private void saved(Saving saving, Optional<Altered> altered) {
    Known here = saving.here();
    here.saving--;
    altered
        .or(() -> saving.change().map(change -> new Altered(saving.before(), change.task())))
        .ifPresent(counts);
    if (altered.isPresent() && here.saving == 0) {
      here.task = altered.get().after();
    }
    if (here.isEnding && here.saving == 0) {
      ending--;
      over.accept(here);
    } else {
      if (altered.isEmpty() || altered.get().isChanged()) {
        inbox.changed(here.task);
      }
      written.accept(here);
      if (altered.isPresent() && here.saving == 0) {
        overtaken.accept(here);
      }
    }
  }
}
