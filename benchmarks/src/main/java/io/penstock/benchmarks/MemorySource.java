package io.penstock.benchmarks;

import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.LogSource;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Hands over the same events again and again, as fast as they are taken, up to a number. */
final class MemorySource implements LogSource {

  private static final int RECORDS_A_POLL = 500;

  private record Repeated(long position, Event event, long orderKey) implements SourceRecord {
    @Override
    public int sizeBytes() {
      return event.data().length;
    }

    @Override
    public OriginalRecord original() {
      return new OriginalRecord(null, List.of(), event.data());
    }
  }

  private final List<Event> events;
  private final long[] orderKeys;
  private final long total;
  private final List<Lane> lanes = new ArrayList<>();
  private final long[] next;
  private final Set<Lane> paused = new HashSet<>();
  private @Nullable SourceContext context;
  private long handedOver;
  private int turn;

  /** A source of {@code total} events in some lanes. */
  MemorySource(List<Event> events, long[] orderKeys, int lanes, long total) {
    this.events = events;
    this.orderKeys = orderKeys.clone();
    this.total = total;
    this.next = new long[lanes];
    for (int i = 0; i < lanes; i++) {
      this.lanes.add(new Lane("lane-" + i));
    }
  }

  @Override
  public void open(SourceContext opened) {
    this.context = opened;
    List<LaneStart> starts = new ArrayList<>();
    for (Lane lane : lanes) {
      starts.add(new LaneStart(lane, 0, PositionRanges.empty()));
    }
    opened.lanes().assigned(starts);
  }

  @Override
  public List<LaneRecords> poll(Demand demand, Duration maxWait) {
    if (demand.events() == 0 || handedOver >= total) {
      LockSupport.parkNanos(maxWait.toNanos());
      return List.of();
    }
    for (int i = 0; i < lanes.size(); i++) {
      turn = (turn + 1) % lanes.size();
      if (!paused.contains(lanes.get(turn))) {
        return List.of(records(turn));
      }
    }
    return List.of();
  }

  private LaneRecords records(int lane) {
    List<Repeated> records = new ArrayList<>(RECORDS_A_POLL);
    for (int i = 0; i < RECORDS_A_POLL; i++) {
      long position = next[lane]++;
      int which = (int) (position % events.size());
      records.add(new Repeated(position, events.get(which), orderKeys[which]));
    }
    handedOver += RECORDS_A_POLL;
    return new LaneRecords(lanes.get(lane), records, next[lane]);
  }

  @Override
  public void pause(Collection<Lane> toPause) {
    paused.addAll(toPause);
  }

  @Override
  public void resume(Collection<Lane> toResume) {
    paused.removeAll(Set.copyOf(toResume));
  }

  @Override
  public void commit(Map<Lane, LaneCommit> commits) {
    // There is nothing to go on from.
  }

  @Override
  public LaneStart seek(Lane lane, SeekTarget target) {
    throw new IllegalStateException("Nobody seeks in a benchmark.");
  }

  @Override
  public long lag(Lane lane) {
    return -1;
  }

  @Override
  public void close() {
    SourceContext opened = context;
    if (opened == null) {
      return;
    }
    try {
      opened.lanes().revoking(lanes).toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new BenchmarkException("The engine did not let go of its lanes.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
