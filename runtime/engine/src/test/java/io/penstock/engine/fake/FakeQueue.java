package io.penstock.engine.fake;

import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.QueueCapabilities;
import io.penstock.connector.QueueCapability;
import io.penstock.connector.QueueSource;
import io.penstock.connector.SourceRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A queue in memory with one lane, {@code q}. Thread-safe. */
public final class FakeQueue extends FakeSource implements QueueSource {

  private static final Lane LANE = new Lane("q");

  private final QueueCapabilities capabilities;
  private final Map<Long, FakeRecord> waiting = new LinkedHashMap<>();
  private final Map<Long, FakeRecord> held = new LinkedHashMap<>();
  private final List<String> calls = new ArrayList<>();
  private final List<String> attempts = new ArrayList<>();
  private final ArrayDeque<Runnable> onStarted = new ArrayDeque<>();
  private final ArrayDeque<Runnable> onSettled = new ArrayDeque<>();
  private long nextPosition;
  private boolean assigned;
  private boolean left;

  /** A queue that can do everything, with a lease of 300 ms. */
  public FakeQueue() {
    this(
        new QueueCapabilities(
            Set.of(QueueCapability.values()), Duration.ofMillis(300), Duration.ofMillis(50), 0));
  }

  /** A queue that can do this. */
  public FakeQueue(QueueCapabilities capabilities) {
    this.capabilities = capabilities;
  }

  /** Adds records. */
  public synchronized void add(FakeRecord... records) {
    for (FakeRecord record : records) {
      waiting.put(nextPosition, record.at(nextPosition));
      nextPosition++;
    }
    notifyAll();
  }

  /** At the next start this runs, on the intake's thread; it may throw. */
  public synchronized void onStarted(Runnable action) {
    onStarted.add(action);
  }

  /** At the next settlement this runs instead of keeping it; it may throw. */
  public synchronized void onSettled(Runnable action) {
    onSettled.add(action);
  }

  /** What it was told, in order. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /** What it was told that begins like this. */
  public List<String> calls(String prefix) {
    return calls().stream().filter(call -> call.startsWith(prefix)).toList();
  }

  /** How attempts have ended, in order. */
  public synchronized List<String> attempts() {
    return List.copyOf(attempts);
  }

  /** Says that a held record isn't wanted any more; on the intake's thread only. */
  public synchronized void cancelNow(String id) {
    for (FakeRecord record : held.values()) {
      if (record.id().equals(id)) {
        context().lanes().cancel(LANE, record);
      }
    }
  }

  /** The ids of records that are handed over and neither settled nor released. */
  public synchronized List<String> held() {
    return held.values().stream().map(FakeRecord::id).toList();
  }

  /** The ids of records that wait. */
  public synchronized List<String> waiting() {
    return waiting.values().stream().map(FakeRecord::id).toList();
  }

  /** At the next poll everything is given up. */
  public void revokeSoon() {
    onPoll(this::leave);
  }

  /** Everything is lost without a word; on the intake's thread only. */
  public void loseNow() {
    synchronized (this) {
      left = true;
    }
    context().lanes().lost(List.of(LANE));
  }

  private static String ids(List<SourceRecord> records) {
    return records.stream().map(r -> ((FakeRecord) r).id()).toList().toString();
  }

  @Override
  public QueueCapabilities capabilities() {
    return capabilities;
  }

  @Override
  public List<LaneRecords> poll(Demand demand, Duration maxWait) {
    if (!assigned) {
      assigned = true;
      context().lanes().assigned(List.of(new LaneStart(LANE, 0, PositionRanges.empty())));
    }
    return super.poll(demand, maxWait);
  }

  @Override
  synchronized List<LaneRecords> take(Demand demand) {
    List<FakeRecord> taken = new ArrayList<>();
    long bytes = 0;
    for (FakeRecord record : List.copyOf(waiting.values())) {
      boolean wanted = record.route() == null || !demand.saturatedRoutes().contains(record.route());
      bytes += wanted ? record.sizeBytes() : 0;
      if (!left && wanted && taken.size() < demand.events() && bytes <= demand.bytes()) {
        taken.add(record);
        waiting.remove(record.position());
        held.put(record.position(), record);
      }
    }
    return taken.isEmpty() ? List.of() : List.of(new LaneRecords(LANE, taken, nextPosition));
  }

  @Override
  public synchronized void started(List<SourceRecord> records) {
    Runnable action = onStarted.poll();
    if (action != null) {
      action.run();
    }
    calls.add("started " + ids(records));
  }

  @Override
  public synchronized void attempted(List<Attempt> ended) {
    for (Attempt attempt : ended) {
      attempts.add(((FakeRecord) attempt.record()).id() + " " + attempt.end());
    }
  }

  @Override
  public synchronized void progress(SourceRecord record, double fraction, String note) {
    calls.add("progress " + ((FakeRecord) record).id() + " " + fraction + " " + note);
  }

  @Override
  public synchronized void renew(List<SourceRecord> records) {
    calls.add("renew " + ids(records));
  }

  @Override
  public synchronized void release(SourceRecord record, Duration delay) {
    FakeRecord released = (FakeRecord) record;
    calls.add("release " + released.id() + " " + delay.toMillis());
    if (held.remove(record.position()) == null) {
      throw new IllegalStateException("released, but not held: " + released.id());
    }
    if (delay.isZero()) {
      waiting.put(record.position(), released);
    }
  }

  @Override
  public synchronized void settled(List<Settled> records) {
    Runnable action = onSettled.poll();
    if (action != null) {
      action.run();
      return;
    }
    for (Settled settled : records) {
      String id = ((FakeRecord) settled.record()).id();
      calls.add("settled " + id + " " + settled.settlement());
      if (held.remove(settled.record().position()) == null) {
        throw new IllegalStateException("settled, but not held: " + id);
      }
    }
  }

  @Override
  void leave() {
    revoke(List.of(LANE));
    synchronized (this) {
      left = true;
    }
  }
}
