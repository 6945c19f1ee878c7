package io.penstock.engine.deliver;

import io.penstock.connector.Codec;
import io.penstock.engine.ConnectorStatus.ErrorNote;
import io.penstock.engine.DeliveryPolicy.UnreadableData;
import io.penstock.engine.codec.JsonCodec;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** A core that is stepped by hand, in a time that passes only when told. */
final class HandCore implements SinkPort.Core {

  private record Timer(long dueNs, long number, SinkPort.Task task) {}

  final List<String> notes = new ArrayList<>();
  final List<String> fatal = new ArrayList<>();
  long nowNs = 1_000_000;
  UnreadableData unreadable = UnreadableData.REJECT;
  Codec format = new JsonCodec();
  private final ArrayDeque<SinkPort.Task> posted = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          (a, b) ->
              a.dueNs != b.dueNs
                  ? Long.compare(a.dueNs, b.dueNs)
                  : Long.compare(a.number, b.number));
  private long number;

  /** Runs what was posted and what is due. */
  void step() {
    boolean busy = true;
    while (busy) {
      busy = false;
      SinkPort.Task task;
      while ((task = posted.poll()) != null) {
        task.run(nowNs);
        busy = true;
      }
      Timer timer;
      while ((timer = timers.peek()) != null && timer.dueNs <= nowNs) {
        timers.poll();
        timer.task.run(nowNs);
        busy = true;
      }
    }
  }

  /** When the next timer is due, from now; -1 if there is none. */
  long nextTimerNs() {
    Timer timer = timers.peek();
    return timer == null ? -1 : timer.dueNs - nowNs;
  }

  void pass(long ns) {
    nowNs += ns;
    step();
  }

  @Override
  public void post(SinkPort.Task task) {
    posted.add(task);
  }

  @Override
  public void at(long dueNs, SinkPort.Task task) {
    timers.add(new Timer(dueNs, number++, task));
  }

  @Override
  public ErrorNote note(String code, String text) {
    notes.add(code + ": " + text);
    return new ErrorNote(wallTime(), code, text);
  }

  @Override
  public void fatal(String code, String text) {
    fatal.add(code + ": " + text);
  }

  @Override
  public Instant wallTime() {
    return Instant.EPOCH.plusNanos(nowNs);
  }

  @Override
  public double random() {
    return 1;
  }

  @Override
  public UnreadableData unreadable() {
    return unreadable;
  }

  @Override
  public Codec format() {
    return format;
  }
}
