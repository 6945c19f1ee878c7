package io.penstock.source.tasks.desk;

import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.Change;
import io.penstock.source.tasks.store.Result;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskStore;
import io.penstock.source.tasks.store.TaskStore.Altered;
import io.penstock.source.tasks.store.TaskStore.By;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens to tasks, without waiting for it. A change is made of what is known here; if
 * somebody else was quicker, it is made again of what is kept. Intake thread.
 */
final class Writes {

  private static final Logger log = LoggerFactory.getLogger(Writes.class);

  /** Whose tasks they are; told on the intake thread. */
  interface Owner {

    /** A change is durable. */
    void changed(Known here, Altered altered);

    /** A task goes on, and that is written. */
    void goesOn(Known here);

    /** A task goes on, and is something else than was known here. */
    void overtaken(Known here);

    /** A task is over, for now or for good, and that is written. */
    void over(Known here);

    /** A task isn't this worker's any more. */
    void gone(Known here);
  }

  private final TaskStore store;
  private final Inbox inbox;
  private final Owner owner;
  private final Owing owing;
  private int ending;

  Writes(TaskStore store, Inbox inbox, Owner owner, Owing owing) {
    this.store = store;
    this.inbox = inbox;
    this.owner = owner;
    this.owing = owing;
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
  Saving saving(Known here, Steps.Step wanted) {
    Steps.Step step = owing.of(wanted);
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
              inbox.add(() -> done.forEach(this::saved));
            });
  }

  private void again(Saving saving) {
    Result result = saving.here().result;
    store
        .alter(By.OWNER, List.of(saving.here().task.number()), saving.step()::on, result)
        .whenComplete(
            (altered, failure) -> {
              if (failure != null) {
                log.warn(
                    "a change of task {} is tried again", saving.before().spec().id(), failure);
                inbox.later(() -> again(saving));
              } else {
                inbox.add(() -> altered(saving, altered));
              }
            });
  }

  private void saved(Saving saving) {
    Known here = saving.here();
    here.saving--;
    StoredTask after = saving.change().map(Change::task).orElse(saving.before());
    owner.changed(here, new Altered(saving.before(), after));
    if (!isOver(here)) {
      inbox.changed(here.task);
    }
    finish(here, false);
  }

  private void altered(Saving saving, List<Altered> altered) {
    Known here = saving.here();
    here.saving--;
    if (altered.isEmpty()) {
      ending -= here.isEnding ? 1 : 0;
      here.isEnding = false;
      owner.gone(here);
      return;
    }
    Altered made = altered.get(0);
    owner.changed(here, made);
    if (here.saving == 0) {
      here.task = made.after();
    }
    if (made.isChanged() && !isOver(here)) {
      inbox.changed(here.task);
    }
    finish(here, true);
  }

  private static boolean isOver(Known here) {
    return here.isEnding && here.saving == 0;
  }

  private void finish(Known here, boolean isOvertaken) {
    if (isOver(here)) {
      ending--;
      owner.over(here);
      return;
    }
    if (here.isEnding || here.isGone) {
      return;
    }
    owner.goesOn(here);
    if (isOvertaken && here.saving == 0) {
      owner.overtaken(here);
    }
  }
}
