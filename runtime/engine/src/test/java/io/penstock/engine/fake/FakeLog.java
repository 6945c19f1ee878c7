package io.penstock.engine.fake;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.LogSource;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SeekTarget;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A log in memory whose lanes are all its own, until a test says otherwise. Thread-safe. */
public final class FakeLog extends FakeSource implements LogSource {

  private final Map<Lane, List<FakeRecord>> records = new LinkedHashMap<>();
  private final Map<Lane, Long> positions = new HashMap<>();
  private final Map<Lane, LaneCommit> committed = new HashMap<>();
  private final List<Map<Lane, LaneCommit>> commits = new ArrayList<>();
  private final Set<Lane> paused = new HashSet<>();
  private final List<String> calls = new ArrayList<>();
  private final ArrayDeque<Runnable> onCommit = new ArrayDeque<>();
  private int maxPerPoll = 100;
  private boolean assigned;

  /** A log with these lanes. */
  public FakeLog(String... lanes) {
    for (String lane : lanes) {
      records.put(new Lane(lane), new ArrayList<>());
    }
  }

  /** A source that goes on where this one has committed: the worker after this one. */
  public synchronized FakeLog restarted() {
    FakeLog next = new FakeLog();
    next.records.putAll(records);
    next.committed.putAll(committed);
    return next;
  }

  /** Hands over at most so many records of a lane at a time. */
  public synchronized void maxPerPoll(int most) {
    maxPerPoll = most;
  }

  /** At the next commit this runs instead of keeping it; it may throw. */
  public synchronized void onCommit(Runnable action) {
    onCommit.add(action);
  }

  /** Appends a record at the next position. */
  public synchronized void append(String lane, FakeRecord record) {
    List<FakeRecord> of = recordsOf(new Lane(lane));
    of.add(record.at(of.isEmpty() ? 0 : of.get(of.size() - 1).position() + 1));
    notifyAll();
  }

  /** Appends a record with this id and key. */
  public void append(String lane, String id, String key) {
    append(lane, FakeRecord.of(id, 0, key));
  }

  private List<FakeRecord> recordsOf(Lane lane) {
    List<FakeRecord> of = records.get(lane);
    if (of == null) {
      throw new IllegalArgumentException("no lane " + lane);
    }
    return of;
  }

  /** How far a lane is committed. */
  public synchronized long committed(String lane) {
    LaneCommit commit = committed.get(new Lane(lane));
    return commit == null ? 0 : commit.position();
  }

  /** What is committed of a lane. */
  public synchronized LaneCommit commit(String lane) {
    return committed.getOrDefault(new Lane(lane), new LaneCommit(0, PositionRanges.empty()));
  }

  /** All commits, in order. */
  public synchronized List<Map<Lane, LaneCommit>> commits() {
    return List.copyOf(commits);
  }

  /** Calls of pause and resume, in order. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /** Whether a lane is paused. */
  public synchronized boolean isPaused(String lane) {
    return paused.contains(new Lane(lane));
  }

  /** Whether a lane is owned. */
  public synchronized boolean owns(String lane) {
    return positions.containsKey(new Lane(lane));
  }

  /** At the next poll these lanes are revoked, and what is settled is committed. */
  public void revokeSoon(String... lanes) {
    onPoll(() -> revokeNow(lanesOf(lanes)));
  }

  /** At the next poll these lanes are lost without a word. */
  public void loseSoon(String... lanes) {
    onPoll(
        () -> {
          List<Lane> lost = lanesOf(lanes);
          forget(lost);
          context().lanes().lost(lost);
        });
  }

  /** At the next poll these lanes come back, where they are committed. */
  public void assignSoon(String... lanes) {
    onPoll(() -> assign(lanesOf(lanes)));
  }

  private static List<Lane> lanesOf(String... names) {
    List<Lane> lanes = new ArrayList<>();
    for (String name : names) {
      lanes.add(new Lane(name));
    }
    return lanes;
  }

  private void assign(Collection<Lane> lanes) {
    List<LaneStart> starts = new ArrayList<>();
    synchronized (this) {
      for (Lane lane : lanes) {
        LaneCommit from = commit(lane.name());
        positions.put(lane, from.position());
        starts.add(new LaneStart(lane, from.position(), from.settledBeyond()));
      }
    }
    context().lanes().assigned(starts);
  }

  private void revokeNow(Collection<Lane> lanes) {
    Map<Lane, LaneCommit> settled = revoke(lanes);
    store(settled);
    forget(lanes);
  }

  private synchronized void forget(Collection<Lane> lanes) {
    positions.keySet().removeAll(Set.copyOf(lanes));
    paused.removeAll(Set.copyOf(lanes));
  }

  @Override
  public List<LaneRecords> poll(Demand demand, Duration maxWait) {
    if (!assigned) {
      assigned = true;
      assign(List.copyOf(records.keySet()));
    }
    return super.poll(demand, maxWait);
  }

  @Override
  synchronized List<LaneRecords> take(Demand demand) {
    List<LaneRecords> found = new ArrayList<>();
    if (demand.events() == 0) {
      return found;
    }
    records.forEach(
        (lane, of) -> {
          Long from = positions.get(lane);
          if (from == null || paused.contains(lane)) {
            return;
          }
          List<FakeRecord> some =
              of.stream().filter(r -> r.position() >= from).limit(maxPerPoll).toList();
          if (!some.isEmpty()) {
            long next = some.get(some.size() - 1).position() + 1;
            positions.put(lane, next);
            found.add(new LaneRecords(lane, some, next));
          }
        });
    return found;
  }

  @Override
  public synchronized void pause(Collection<Lane> lanes) {
    paused.addAll(lanes);
    lanes.forEach(lane -> calls.add("pause " + lane));
  }

  @Override
  public synchronized void resume(Collection<Lane> lanes) {
    paused.removeAll(Set.copyOf(lanes));
    lanes.forEach(lane -> calls.add("resume " + lane));
  }

  @Override
  public void commit(Map<Lane, LaneCommit> progress) {
    Runnable action;
    synchronized (this) {
      action = onCommit.poll();
    }
    if (action != null) {
      action.run();
    } else {
      store(progress);
    }
  }

  /** Tells the owner that the last commit of a lane was not kept; on the intake's thread only. */
  public void tellCommitFailed(String lane) {
    context().lanes().commitFailed(List.of(new Lane(lane)));
  }

  private synchronized void store(Map<Lane, LaneCommit> progress) {
    commits.add(Map.copyOf(progress));
    committed.putAll(progress);
  }

  @Override
  public synchronized LaneStart seek(Lane lane, SeekTarget target) {
    if (!positions.containsKey(lane)) {
      throw ConnectorException.fatal("lane " + lane + " isn't owned", null);
    }
    List<FakeRecord> of = recordsOf(lane);
    long end = of.isEmpty() ? 0 : of.get(of.size() - 1).position() + 1;
    long to;
    if (target instanceof SeekTarget.Position position) {
      if (position.position() > end) {
        throw ConnectorException.fatal(
            "there is no position " + position.position() + ", the end is " + end, null);
      }
      to = position.position();
    } else {
      to = target instanceof SeekTarget.Earliest ? 0 : end;
    }
    positions.put(lane, to);
    return new LaneStart(lane, to, PositionRanges.empty());
  }

  @Override
  public synchronized long lag(Lane lane) {
    long from = positions.getOrDefault(lane, 0L);
    return recordsOf(lane).stream().filter(r -> r.position() >= from).count();
  }

  @Override
  void leave() {
    List<Lane> owned;
    synchronized (this) {
      owned = List.copyOf(positions.keySet());
    }
    if (!owned.isEmpty()) {
      revokeNow(owned);
    }
  }
}
