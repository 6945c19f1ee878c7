package io.penstock.testkit.simulation;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.LogSource;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SourceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A durable log with lanes and a coordinator that hands them to the sources of several workers. */
final class SimulatedLog {

  private final World world;
  private final Oracle oracle;
  private final List<Lane> lanes = new ArrayList<>();
  private final Map<Lane, List<SimRecord>> records = new HashMap<>();
  private final Map<Lane, Member> owners = new HashMap<>();
  private final List<Member> members = new ArrayList<>();

  SimulatedLog(World world, Oracle oracle, String name, int lanes) {
    this.world = world;
    this.oracle = oracle;
    for (int i = 0; i < lanes; i++) {
      Lane lane = new Lane(name + "-" + i);
      this.lanes.add(lane);
    }
  }

  List<Lane> lanes() {
    return lanes;
  }

  private List<SimRecord> recordsOf(Lane lane) {
    return records.computeIfAbsent(lane, l -> new ArrayList<>());
  }

  /** Appends a record, now and then behind a gap in the positions. */
  void append(Lane lane, String key, SimRecord.Kind kind) {
    List<SimRecord> of = recordsOf(lane);
    long position = of.isEmpty() ? 0 : of.get(of.size() - 1).position() + 1;
    if (world.random.nextInt(6) == 0) {
      position += world.random.nextLong(1L << 40);
    }
    SimRecord record = new SimRecord(lane.name(), position, key, kind);
    of.add(record);
    oracle.produced(record);
  }

  Member join() {
    Member member = new Member();
    members.add(member);
    return member;
  }

  Lane anyLane() {
    return lanes.get(world.random.nextInt(lanes.size()));
  }

  /** The position of a record of the lane, or before one. */
  long anyPosition(Lane lane) {
    List<SimRecord> of = recordsOf(lane);
    return of.isEmpty() ? 0 : of.get(world.random.nextInt(of.size())).position();
  }

  /** Gives free lanes to members by chance, and asks owners to give lanes up by chance. */
  void rebalance() {
    for (Lane lane : lanes()) {
      Member owner = owners.get(lane);
      if (owner == null && !members.isEmpty()) {
        Member next = members.get(world.random.nextInt(members.size()));
        if (!next.closing) {
          owners.put(lane, next);
          next.toAssign.add(lane);
        }
      } else if (owner != null && world.trouble() && !owner.toAssign.contains(lane)) {
        if (world.random.nextInt(4) == 0) {
          owner.toLose.add(lane);
          owner.fenced.add(lane);
          owners.remove(lane);
        } else {
          owner.toRevoke.add(lane);
        }
      }
    }
  }

  /** The source of one worker. */
  final class Member implements LogSource {

    private final Set<Lane> toAssign = new HashSet<>();
    private final Set<Lane> toRevoke = new HashSet<>();
    private final Set<Lane> toLose = new HashSet<>();

    /** Lanes that were taken away: the log refuses our commits, whether we know yet or not. */
    private final Set<Lane> fenced = new HashSet<>();

    private final Map<Lane, Long> positions = new HashMap<>();
    private final Map<Lane, LaneCommit> starts = new HashMap<>();
    private final Set<Lane> paused = new HashSet<>();
    private @Nullable CompletableFuture<Map<Lane, LaneCommit>> revoking;
    private @Nullable SourceContext context;
    boolean closing;

    /** Ends without a word. */
    void crash() {
      members.remove(this);
      owners.values().removeIf(owner -> owner == this);
    }

    private SourceContext context() {
      if (context == null) {
        throw new AssertionError("polled before it was opened");
      }
      return context;
    }

    @Override
    public void open(SourceContext opened) {
      if (world.trouble()) {
        throw new IllegalStateException("the log can't be reached, on purpose");
      }
      this.context = opened;
    }

    /** What was committed when this worker got the lane that the record is in. */
    LaneCommit startOf(SimRecord record) {
      return starts.getOrDefault(
          new Lane(record.lane()), new LaneCommit(0, PositionRanges.empty()));
    }

    @Override
    public List<LaneRecords> poll(Demand demand, Duration maxWait) {
      if (world.rareTrouble()) {
        throw new IllegalStateException("the poll failed, on purpose");
      }
      if (!finishRevoking()) {
        return List.of();
      }
      membership();
      if (revoking != null) {
        return List.of();
      }
      List<LaneRecords> polled = new ArrayList<>();
      for (Lane lane : lanes()) {
        Long from = positions.get(lane);
        if (from != null && !paused.contains(lane) && world.random.nextInt(3) != 0) {
          poll(lane, from, polled);
        }
      }
      return polled;
    }

    private void poll(Lane lane, long from, List<LaneRecords> into) {
      List<SimRecord> found = new ArrayList<>();
      long next = from;
      int most = 1 + world.random.nextInt(6);
      for (SimRecord record : recordsOf(lane)) {
        if (record.position() >= from && found.size() < most) {
          found.add(record);
          next = record.position() + 1;
        }
      }
      if (found.isEmpty()) {
        return;
      }
      positions.put(lane, next);
      into.add(new LaneRecords(lane, found, next));
    }

    private void membership() {
      if (!toLose.isEmpty()) {
        List<Lane> lost = List.copyOf(toLose);
        toLose.clear();
        lost.forEach(this::forget);
        context().lanes().lost(lost);
      }
      toRevoke.removeIf(lane -> !positions.containsKey(lane));
      if (!toRevoke.isEmpty()) {
        revoke(List.copyOf(toRevoke));
        toRevoke.clear();
      } else if (!toAssign.isEmpty()) {
        List<LaneStart> assigned = new ArrayList<>();
        for (Lane lane : toAssign) {
          LaneCommit commit = oracle.committed(lane.name());
          fenced.remove(lane);
          starts.put(lane, commit);
          positions.put(lane, commit.position());
          assigned.add(new LaneStart(lane, commit.position(), commit.settledBeyond()));
        }
        toAssign.clear();
        context().lanes().assigned(assigned);
      }
    }

    private void revoke(List<Lane> lanes) {
      revoking = context().lanes().revoking(lanes).toCompletableFuture();
    }

    /** In the real world the intake thread waits here; in this one it comes by again. */
    boolean finishRevoking() {
      CompletableFuture<Map<Lane, LaneCommit>> answer = revoking;
      if (answer == null) {
        return true;
      }
      if (!answer.isDone()) {
        return false;
      }
      revoking = null;
      context().failpoints().reached("sim-before-revoke-commit");
      Map<Lane, LaneCommit> commits = answer.join();
      commits.forEach(this::store);
      context().failpoints().reached("sim-after-revoke-commit");
      for (Lane lane : commits.keySet()) {
        forget(lane);
        if (!fenced.contains(lane)) {
          owners.remove(lane, this);
        }
      }
      return true;
    }

    private void forget(Lane lane) {
      positions.remove(lane);
      paused.remove(lane);
    }

    @Override
    public void pause(Collection<Lane> lanes) {
      paused.addAll(lanes);
    }

    @Override
    public void resume(Collection<Lane> lanes) {
      paused.removeAll(Set.copyOf(lanes));
    }

    @Override
    public void commit(Map<Lane, LaneCommit> commits) {
      if (world.trouble()) {
        context().lanes().commitFailed(commits.keySet());
      } else {
        commits.forEach(this::store);
      }
    }

    private void store(Lane lane, LaneCommit commit) {
      if (fenced.contains(lane)) {
        return;
      }
      Oracle.require(
          owners.get(lane) == this,
          () -> "a commit for a lane that this worker does not own: " + lane);
      oracle.committed(lane.name(), roundTrip(commit));
    }

    /** As a broker keeps it: in few characters. */
    private LaneCommit roundTrip(LaneCommit commit) {
      int room = world.random.nextInt(5) == 0 ? 20 : 400;
      String text = commit.settledBeyond().encode(commit.position(), room);
      return new LaneCommit(commit.position(), PositionRanges.decode(commit.position(), text));
    }

    @Override
    public LaneStart seek(Lane lane, SeekTarget target) {
      long to = ((SeekTarget.Position) target).position();
      boolean owned = positions.containsKey(lane) && !fenced.contains(lane) && revoking == null;
      if (!owned || oracle.committed(lane.name()).position() < to) {
        throw ConnectorException.fatal("not owned, or not back: " + lane + " to " + to, null);
      }
      LaneCommit start = new LaneCommit(to, PositionRanges.empty());
      positions.put(lane, to);
      starts.put(lane, start);
      return new LaneStart(lane, to, start.settledBeyond());
    }

    @Override
    public long lag(Lane lane) {
      return -1;
    }

    @Override
    public void close() {
      closing = true;
      toLose.clear();
      if (revoking == null && !positions.isEmpty()) {
        revoke(List.copyOf(positions.keySet()));
      }
    }

    /** Whether a closed source has given up everything. */
    boolean isLeft() {
      if (!closing || !finishRevoking()) {
        return false;
      }
      if (!positions.isEmpty()) {
        revoke(List.copyOf(positions.keySet()));
        return false;
      }
      owners.values().removeIf(owner -> owner == this);
      members.remove(this);
      return true;
    }
  }
}
