package io.penstock.source.tasks.desk;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.QueueSource.Attempt;
import io.penstock.connector.QueueSource.Settled;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import io.penstock.source.tasks.schedule.FairSchedule;
import io.penstock.source.tasks.schedule.FairSchedule.End;
import io.penstock.source.tasks.schedule.ScheduleOptions;
import io.penstock.source.tasks.schedule.Ticket;
import io.penstock.source.tasks.state.DeliveryState;
import io.penstock.source.tasks.state.TaskState;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.StoredTask.Progress;
import io.penstock.source.tasks.store.TaskStore;
import io.penstock.source.tasks.store.TaskStore.Altered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries tasks between the store and the engine: it hands over what the schedule picks, makes starts
 * durable before they happen, and keeps what comes of them. The store is the record; what is here can
 * be lost at any time. Belongs to the intake thread, but for the {@link Inbox}.
 */
public final class TaskDesk implements Writes.Owner {

  private static final Logger log = LoggerFactory.getLogger(TaskDesk.class);

  private static final int SMALL_PAYLOAD = 512;

  /** What a waiting task with a small payload weighs at most, roughly. */
  private static final int WAITING_BYTES = 1_024;

  private static final int LEAST_IN_MEMORY = 1_000;

  private final TaskStore store;
  private final SourceContext context;
  private final DeskOptions options;
  private final Inbox inbox;
  private final Routing routing;
  private final FairSchedule schedule;
  private final Queues queues;
  private final Waiting waiting;
  private final Upkeep upkeep;
  private final Sharing sharing;
  private final Writes writes;
  private final Starts starts;
  private final Owing owing;
  private final Reports reports;
  private final Counts counts = new Counts();

  /** A desk over an open store; {@link #open} follows. */
  public TaskDesk(
      TaskStore store,
      SourceContext context,
      DeskOptions options,
      Inbox inbox,
      Routing routing,
      Pauses pauses) {
    this.store = store;
    this.context = context;
    this.options = options;
    this.routing = routing;
    this.inbox = inbox;
    this.schedule = new FairSchedule(ScheduleOptions.of(options.slots()));
    this.queues = new Queues(context, schedule, routing);
    this.waiting =
        new Waiting(
            store,
            schedule,
            (int) Math.max(LEAST_IN_MEMORY, context.bufferBytes() / WAITING_BYTES));
    this.upkeep = new Upkeep(this, store, options);
    this.sharing = new Sharing(this, store, pauses);
    this.owing = new Owing(routing);
    this.reports = new Reports(this, store, context, routing);
    this.writes = new Writes(store, inbox, this, owing);
    this.starts = new Starts(store, context, inbox, routing.worker());
    options.weights().forEach(schedule::weight);
  }

  // ---- for its parts

  String connector() {
    return context.connector();
  }

  Waiting waiting() {
    return waiting;
  }

  FairSchedule schedule() {
    return schedule;
  }

  Queues queues() {
    return queues;
  }

  Upkeep upkeep() {
    return upkeep;
  }

  Sharing sharing() {
    return sharing;
  }

  Inbox inbox() {
    return inbox;
  }

  Owing owing() {
    return owing;
  }

  Reports reports() {
    return reports;
  }

  /** How many tasks there are, and what became of them; any thread. */
  public Counts counts() {
    return counts;
  }

  long nowMs() {
    return options.clock().millis();
  }

  private long nowNs() {
    return options.nanoTime().getAsLong();
  }

  // ---- life

  /** Takes over what the worker before left, and begins. */
  public void open() {
    sharing.open();
    queues.open();
  }

  /** The lanes that it has. */
  public List<Lane> lanes() {
    return queues.lanes();
  }

  /** What may be told to others about queues. */
  public Queues.View view() {
    return queues.view();
  }

  // ---- what others have done

  /** A task was kept. */
  void submitted(StoredTask task, byte[] payload) {
    if (task.life().state() == TaskState.DELAYED) {
      upkeep.due(task.dueMs());
    } else {
      waiting.enqueued(task, payload.length <= SMALL_PAYLOAD ? payload : null);
    }
  }

  /** Somebody has changed a task. */
  void changed(Altered altered) {
    StoredTask after = altered.after();
    Known here = waiting.find(after.number());
    counts.changed(altered);
    reports.heardOf(after);
    if (here == null) {
      changedElsewhere(altered);
    } else if (here.record != null) {
      changedOut(here, after);
    } else if (!here.isEnding && !waiting.isNow(here, after)) {
      upkeep.waitsOutside(after);
    }
  }

  private void changedElsewhere(Altered altered) {
    StoredTask after = altered.after();
    boolean waited = altered.before().life().state() == TaskState.ENQUEUED;
    boolean waits = after.life().state() == TaskState.ENQUEUED;
    if (waits && !waited) {
      waiting.enqueued(after, null);
    } else if (waited && !waits) {
      waiting.heads().behind(Heads.Function.of(after), -1);
    }
    if (after.life().state() != TaskState.RETRYING) {
      schedule.abandoned(Tickets.of(after));
    }
    upkeep.waitsOutside(after);
  }

  private void changedOut(Known here, StoredTask after) {
    if (here.saving == 0) {
      here.task = after;
    }
    TaskState state = after.life().state();
    if (state == TaskState.STOPPING) {
      upkeep.stopping(here);
    }
    if (!Steps.isWanted(state)) {
      cancel(here);
    }
  }

  private void cancel(Known here) {
    TaskRecord record = here.record;
    if (record != null) {
      context.lanes().cancel(record.lane(), record);
    }
  }

  /** A task is another worker's. */
  void drop(Known here) {
    cancel(here);
    here.record = null;
    waiting.drop(here);
  }

  // ---- handing over

  /** Hands over what may go, as far as it is asked for. */
  public List<LaneRecords> poll(Demand demand) {
    inbox.run();
    upkeep.run(nowMs(), nowNs());
    waiting.refill(options.slots());
    if (demand.events() == 0 || demand.bytes() <= 0 || writes.ending() > 8 * options.slots()) {
      return List.of();
    }
    queues.demand(demand);
    List<TaskRecord> records = new ArrayList<>(reports.take(demand));
    long bytes = demand.bytes() - records.stream().mapToLong(TaskRecord::sizeBytes).sum();
    int count = records.size();
    List<Known> picked = new ArrayList<>();
    for (Ticket ticket : schedule.take(demand.events() - count, queues.credits(demand), nowNs())) {
      Known here = waiting.scheduled(ticket.number());
      waiting.taken(here);
      int size = TaskRecord.sizeBytes(here.task);
      if (size > bytes && (count > 0 || size > demand.bytes())) {
        putBack(here);
      } else {
        bytes -= size;
        count++;
        picked.add(here);
      }
    }
    readPayloads(picked);
    picked.forEach(here -> records.add(handOver(here)));
    Map<Lane, List<TaskRecord>> byLane = new LinkedHashMap<>();
    for (TaskRecord record : records) {
      byLane.computeIfAbsent(record.lane(), lane -> new ArrayList<>()).add(record);
    }
    List<LaneRecords> polled = new ArrayList<>();
    byLane.forEach((lane, some) -> polled.add(new LaneRecords(lane, some, 0)));
    return polled;
  }

  private void putBack(Known here) {
    schedule.ended(here.task.number(), End.UNTRIED, nowNs());
    waiting.add(here);
  }

  private void readPayloads(List<Known> picked) {
    List<Long> missing = new ArrayList<>();
    for (Known here : picked) {
      if (here.payload == null) {
        missing.add(here.task.number());
      }
    }
    if (!missing.isEmpty()) {
      store
          .payloads(missing)
          .forEach((number, payload) -> waiting.scheduled(number).payload = payload);
    }
  }

  private TaskRecord handOver(Known here) {
    byte[] payload = here.payload;
    here.payload = null;
    here.leaseUntilNs = nowNs() + options.lease().toNanos();
    TaskRecord record =
        new TaskRecord(
            queues.lane(here.task),
            here.task,
            routing.choose(here.task),
            payload == null ? new byte[0] : payload,
            nowMs());
    here.record = record;
    return record;
  }

  // ---- what the engine tells

  /** Attempts begin: returns when that is durable. What is not to begin any more is cancelled. */
  public void started(List<? extends SourceRecord> records) {
    inbox.run();
    List<Known> begun = new ArrayList<>();
    for (SourceRecord record : records) {
      Known here = out(record);
      if (here != null) {
        begun.add(here);
      }
    }
    starts.begin(begun, nowMs());
  }

  private @Nullable Known out(SourceRecord record) {
    Known here = waiting.find(record.position());
    return here != null && here.record == record ? here : null;
  }

  /** Attempts have ended. */
  public void attempted(List<Attempt> attempts) {
    List<Writes.Saving> savings = new ArrayList<>();
    for (Attempt attempt : attempts) {
      Known here = out(attempt.record());
      if (here == null) {
        continue;
      }
      AttemptEnd end = attempt.end();
      here.end = end;
      queues.attempted(here.task, end);
      if (end instanceof AttemptEnd.Done done) {
        here.result = Results.kept(done.results(), options.maxResultBytes());
        here.doneMs = nowMs();
      } else if (end instanceof AttemptEnd.Retried || end instanceof AttemptEnd.Throttled) {
        savings.add(writes.saving(here, Steps.again(end, nowMs())));
      }
    }
    writes.save(savings);
  }

  /** Leases are extended. */
  public void renew(List<? extends SourceRecord> records) {
    long until = nowNs() + options.lease().toNanos();
    for (SourceRecord record : records) {
      Known here = out(record);
      if (here != null) {
        here.leaseUntilNs = until;
      }
    }
    slowDeliveries(records);
  }

  /** A task whose results are long on their way says so. */
  private void slowDeliveries(List<? extends SourceRecord> records) {
    List<Writes.Saving> savings = new ArrayList<>();
    for (SourceRecord record : records) {
      Known here = out(record);
      if (here != null
          && here.end instanceof AttemptEnd.Done
          && here.task.life().delivery() == DeliveryState.PENDING) {
        savings.add(writes.saving(here, Steps.executed(nowMs())));
      }
    }
    writes.save(savings);
  }

  /** What a function tells. */
  public void progress(SourceRecord record, double fraction, String note) {
    Known here = out(record);
    if (here != null) {
      here.told = new Progress(fraction, note);
      keepProgress(here);
    }
  }

  /** One at a time, however often a function tells something. */
  private void keepProgress(Known here) {
    Progress told = here.told;
    if (told != null && here.saving == 0 && here.record != null) {
      here.told = null;
      writes.save(List.of(writes.saving(here, task -> Optional.of(task.withProgress(told)))));
    }
  }

  /** The engine gives a task back. */
  public void release(SourceRecord record, Duration delay) {
    Known here = out(record);
    if (reports.released(record) || here == null) {
      return;
    }
    long nowMs = nowMs();
    if (!delay.isZero()) {
      schedule.ended(here.task.number(), End.FOR_NOW, nowNs());
      long dueMs = nowMs + Math.max(1, delay.toMillis());
      over(here, Steps.due(dueMs, nowMs));
      upkeep.due(dueMs);
      return;
    }
    back(here, Steps.released(nowMs));
  }

  /** It is out no more, and waits again unless it is not to go on. */
  private void back(Known here, Steps.Step step) {
    schedule.ended(here.task.number(), End.UNTRIED, nowNs());
    here.record = null;
    here.end = null;
    Writes.Saving saving = writes.saving(here, step);
    if (Steps.isWanted(here.task.life().state())) {
      waiting.add(here);
    } else {
      writes.isEnding(here);
    }
    writes.save(List.of(saving));
  }

  /** Tasks are settled. */
  public void settled(List<Settled> records) {
    long nowMs = nowMs();
    List<Writes.Saving> savings = new ArrayList<>();
    for (Settled settled : records) {
      Known here = out(settled.record());
      if (here != null) {
        schedule.ended(here.task.number(), End.FOR_GOOD, nowNs());
        savings.add(
            writes.ending(here, Steps.settled(settled.settlement(), here.end, here.doneMs, nowMs)));
      }
    }
    context.failpoints().reached("tasks-before-settle");
    writes.save(savings);
    reports.settled(records);
  }

  /** The lease of a task has run out: whoever had it is taken to be gone. */
  void lost(Known here) {
    log.warn("{}: the lease of task {} has run out", context.connector(), here.task.spec().id());
    back(here, Steps.lost("its lease ran out", nowMs()));
  }

  /** Changes a task that is out, without waiting for it. */
  void change(Known here, Steps.Step step) {
    writes.save(List.of(writes.saving(here, step)));
  }

  private void over(Known here, Steps.Step step) {
    writes.save(List.of(writes.ending(here, step)));
  }

  // ---- what was written

  @Override
  public void changed(Known here, Altered altered) {
    counts.changed(altered);
  }

  @Override
  public void goesOn(Known here) {
    keepProgress(here);
  }

  @Override
  public void overtaken(Known here) {
    StoredTask task = here.task;
    Known known = waiting.find(task.number());
    if (here.record != null || known != null && known != here) {
      return;
    }
    if (known == here && !waiting.isNow(here, task)) {
      upkeep.waitsOutside(task);
    } else if (known == null && Waiting.isInQueue(task) && store.owns(task.spec())) {
      waiting.enter(task, null);
    }
  }

  @Override
  public void over(Known here) {
    waiting.forget(here);
    StoredTask task = here.task;
    reports.heardOf(task);
    TaskState state = task.life().state();
    if (state == TaskState.ENQUEUED) {
      waiting.enqueued(task, null);
    } else if (state.isWaiting()) {
      upkeep.waitsOutside(task);
    } else {
      schedule.abandoned(Tickets.of(task));
    }
    inbox.changed(task);
  }

  @Override
  public void gone(Known here) {
    drop(here);
  }
}
