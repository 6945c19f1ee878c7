package io.penstock.source.tasks.desk;

import io.penstock.connector.Demand;
import io.penstock.connector.QueueSource.Settled;
import io.penstock.connector.Settlement;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import io.penstock.source.tasks.state.DeliveryState;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskStore;
import io.penstock.source.tasks.store.TaskStore.Altered;
import io.penstock.source.tasks.store.TaskStore.By;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands over the tasks whose ends sinks are yet to be told of, beside the schedule, and keeps that they
 * were told. What is owed stands in the store; a task is handed over again until it says so. Intake
 * thread.
 */
final class Reports {

  private static final Logger log = LoggerFactory.getLogger(Reports.class);

  /** One function's sinks may hang: the others have places left. */
  private static final int MOST_OF_ONE = 8;

  private static final int MOST = 256;

  /** How many functions are asked about at a time. */
  private static final int SOME = 16;

  private final TaskDesk desk;
  private final TaskStore store;
  private final SourceContext context;
  private final Routing routing;

  /** Those of which something is owed, perhaps. */
  private final Set<Heads.Function> owing = new LinkedHashSet<>();

  private final Map<Long, TaskRecord> out = new HashMap<>();
  private final Map<Heads.Function, Integer> outOf = new HashMap<>();

  Reports(TaskDesk desk, TaskStore store, SourceContext context, Routing routing) {
    this.desk = desk;
    this.store = store;
    this.context = context;
    this.routing = routing;
  }

  /** Something has become of a task, and that is durable. */
  void heardOf(StoredTask task) {
    if (task.isOwed()) {
      owing.add(Heads.Function.of(task));
    }
  }

  /** Looks for what others have left. */
  void look() {
    store
        .owingFunctions()
        .forEach(one -> owing.add(new Heads.Function(one.account(), one.function())));
  }

  /** What may go now, in the lane of the shared queue; no more than is asked for. */
  List<TaskRecord> take(Demand demand) {
    if (owing.isEmpty()) {
      return List.of();
    }
    List<StoredTask> picked = new ArrayList<>();
    long bytes = demand.bytes();
    for (Heads.Function function : owing.stream().limit(SOME).toList()) {
      int of = outOf.getOrDefault(function, 0);
      int free = Math.min(demand.events(), MOST - out.size()) - picked.size();
      int room = Math.min(MOST_OF_ONE - of, free);
      int before = picked.size();
      boolean isMore = true;
      if (room > 0) {
        List<StoredTask> found =
            store.owed(By.OWNER, function.account(), function.name(), of + room);
        isMore = found.size() == of + room;
        for (StoredTask task : found) {
          int size = TaskRecord.sizeBytes(task);
          if (out.containsKey(task.number()) || desk.waiting().has(task.number())) {
            continue; // what is still under way as a task is heard of again when it is not
          }
          if (room == 0 || size > bytes && (!picked.isEmpty() || size > demand.bytes())) {
            isMore = true;
            break;
          }
          room--;
          bytes -= size;
          picked.add(task);
        }
      }
      owing.remove(function);
      if (isMore || picked.size() > before) { // they may not get as far as to the engine
        owing.add(function); // behind the others
      }
    }
    return picked.isEmpty() ? List.of() : handOver(picked);
  }

  private List<TaskRecord> handOver(List<StoredTask> picked) {
    Map<Long, byte[]> payloads = store.payloads(picked.stream().map(StoredTask::number).toList());
    List<TaskRecord> records = new ArrayList<>(picked.size());
    for (StoredTask task : picked) {
      TaskRecord record =
          TaskRecord.report(
              desk.queues().shared(),
              task,
              routing.choose(task),
              payloads.getOrDefault(task.number(), new byte[0]),
              desk.nowMs());
      out.put(task.number(), record);
      outOf.merge(Heads.Function.of(task), 1, Integer::sum);
      records.add(record);
    }
    context.failpoints().reached("tasks-before-report");
    return records;
  }

  /** The engine gives a record back; answers whether it is one of these. */
  boolean released(SourceRecord record) {
    TaskRecord known = out.get(record.position());
    if (known == null || known != record) {
      return false;
    }
    isIn(known);
    owing.add(Heads.Function.of(known.task()));
    return true;
  }

  private void isIn(TaskRecord record) {
    if (out.remove(record.number(), record)) {
      outOf.computeIfPresent(
          Heads.Function.of(record.task()), (function, count) -> count == 1 ? null : count - 1);
    }
  }

  /** Those among them that are of these have been told, or there was nobody to tell. */
  void settled(List<Settled> records) {
    Map<Long, Settled> told = new HashMap<>();
    for (Settled settled : out.isEmpty() ? List.<Settled>of() : records) {
      if (out.get(settled.record().position()) == settled.record()) {
        told.put(settled.record().position(), settled);
      }
    }
    if (!told.isEmpty()) {
      keep(told);
    }
  }

  /** Whoever has the task by now: that it was told of is true for all. */
  private void keep(Map<Long, Settled> told) {
    store
        .alter(
            By.ANYBODY,
            told.keySet(),
            task -> told(task, Objects.requireNonNull(told.get(task.number()))),
            null)
        .whenComplete(
            (altered, failure) -> {
              if (failure != null) {
                log.warn("that {} reports were delivered is written again", told.size(), failure);
                desk.inbox().later(() -> keep(told));
              } else {
                desk.inbox().add(() -> kept(told, altered));
              }
            });
  }

  /** One that was run again meanwhile owes the report of another end, if any. */
  private static Optional<StoredTask> told(StoredTask task, Settled settled) {
    boolean isSame =
        settled.record() instanceof TaskRecord record
            && record.task().life().version() == task.life().version();
    return task.isOwed() && isSame
        ? Optional.of(
            task.with(
                task.life()
                    .delivery(
                        settled.settlement() == Settlement.DEAD_LETTERED
                            ? DeliveryState.DEAD_LETTERED
                            : DeliveryState.DELIVERED),
                task.endedMs()))
        : Optional.empty();
  }

  private void kept(Map<Long, Settled> told, List<Altered> altered) {
    for (Settled settled : told.values()) {
      if (settled.record() instanceof TaskRecord record) {
        isIn(record);
      }
    }
    for (Altered one : altered) {
      heardOf(one.after());
      desk.inbox().changed(one.after());
    }
  }
}
