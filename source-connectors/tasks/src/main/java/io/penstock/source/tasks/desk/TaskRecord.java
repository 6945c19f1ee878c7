package io.penstock.source.tasks.desk;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.Lane;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.SourceRecord;
import io.penstock.connector.SourceVerdict;
import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;
import io.penstock.source.tasks.state.Origin;
import io.penstock.source.tasks.state.Transition;
import io.penstock.source.tasks.store.StoredTask;
import io.penstock.source.tasks.store.TaskSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A task on its way through the engine. */
public final class TaskRecord implements SourceRecord {

  /** What the objects of a task weigh, roughly. */
  private static final int OVERHEAD_BYTES = 1_200;

  private static final String STOPPED = "/stopped";
  private static final String STOPPED_TYPE = "io.penstock.task.stopped.v1";

  private final Lane lane;
  private final StoredTask task;
  private final Routing.Choice choice;
  private final long takenMs;
  private final byte[] payload;
  private final @Nullable SourceVerdict verdict;
  private @Nullable Event event;

  TaskRecord(Lane lane, StoredTask task, Routing.Choice choice, byte[] payload, long takenMs) {
    this(lane, task, choice, payload, takenMs, null);
  }

  private TaskRecord(
      Lane lane,
      StoredTask task,
      Routing.Choice choice,
      byte[] payload,
      long takenMs,
      @Nullable SourceVerdict verdict) {
    this.lane = lane;
    this.takenMs = takenMs;
    this.task = task;
    this.choice = choice;
    this.payload = payload;
    this.verdict = verdict;
  }

  /** A task at its end, of which sinks are to be told. */
  static TaskRecord report(
      Lane lane, StoredTask task, Routing.Choice choice, byte[] payload, long takenMs) {
    return new TaskRecord(lane, task, choice, payload, takenMs, Owing.verdict(task).orElseThrow());
  }

  StoredTask task() {
    return task;
  }

  @Override
  public @Nullable SourceVerdict verdict() {
    return verdict;
  }

  /** What the events of an account's tasks have as their source. */
  public static String eventSource(String account) {
    return "/tasks/" + account;
  }

  /** How many bytes a record of such a task keeps. */
  static int sizeBytes(StoredTask task) {
    return task.spec().size() + OVERHEAD_BYTES;
  }

  /** The lane that it was handed over in. */
  public Lane lane() {
    return lane;
  }

  /** The version of its function; empty if it has none. */
  String version() {
    return choice.version();
  }

  /** When it was handed over, in milliseconds since the epoch. */
  long takenMs() {
    return takenMs;
  }

  long number() {
    return task.number();
  }

  @Override
  public long position() {
    return task.number();
  }

  @Override
  public int sizeBytes() {
    return sizeBytes(task);
  }

  /** Order among tasks is kept before they are handed over. */
  @Override
  public long orderKey() {
    return NO_ORDER_KEY;
  }

  @Override
  public Event event() {
    Event known = event;
    if (known == null) {
      TaskSpec spec = task.spec();
      var made =
          Event.builder()
              .id(isStopped() ? spec.id() + STOPPED : spec.id())
              .source(eventSource(spec.account()))
              .type(isStopped() ? STOPPED_TYPE : "io.penstock.task")
              .subject(spec.function())
              .time(Instant.ofEpochMilli(spec.submittedMs()))
              .data(payload)
              .extension(Origin.ACCOUNT, spec.account());
      int hops = Origin.of(task.life().log()).hops();
      if (hops > 0) {
        made.extension(Origin.HOPS, String.valueOf(hops));
      }
      if (!spec.contentType().isEmpty()) {
        made.dataContentType(spec.contentType());
      }
      if (isStopped()) {
        made.extension("penstocktask", spec.id());
        Owing.stop(task).ifPresent(stop -> told(made, stop));
      }
      known = made.build();
      event = known;
    }
    return known;
  }

  private boolean isStopped() {
    return verdict instanceof SourceVerdict.Stopped;
  }

  private static void told(EventBuilder made, Transition stop) {
    made.time(Instant.ofEpochMilli(stop.atMs()));
    if (!stop.by().isEmpty()) {
      made.extension("penstockstoppedby", stop.by());
    }
    if (!stop.cause().isEmpty()) {
      made.extension("penstockcause", stop.cause());
    }
  }

  @Override
  public OriginalRecord original() {
    TaskSpec spec = task.spec();
    List<OriginalRecord.Header> headers = new ArrayList<>();
    headers.add(header("task-id", spec.id()));
    headers.add(header("task-account", spec.account()));
    headers.add(header("task-function", spec.function()));
    if (!spec.contentType().isEmpty()) {
      headers.add(header("content-type", spec.contentType()));
    }
    return new OriginalRecord(key(), headers, payload);
  }

  private static OriginalRecord.Header header(String name, String value) {
    return new OriginalRecord.Header(name, value.getBytes(UTF_8));
  }

  @Override
  public byte @Nullable [] key() {
    return task.spec().orderKey().map(key -> key.getBytes(UTF_8)).orElse(null);
  }

  @Override
  public @Nullable String route() {
    return choice.route();
  }

  @Override
  public int previousAttempts() {
    return task.life().attempts();
  }
}
