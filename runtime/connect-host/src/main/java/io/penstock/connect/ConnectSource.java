package io.penstock.connect;

import io.penstock.connect.OffsetTracker.Plan;
import io.penstock.connect.SourcePlugin.TaskLane;
import io.penstock.connect.SourceTaskThread.Polled;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
import io.penstock.connector.HttpRoute;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.Lease;
import io.penstock.connector.Leases;
import io.penstock.connector.LogSource;
import io.penstock.connector.Revocation;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SnapshotProgress;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source connector of Kafka Connect as a source. Each of its tasks is a lane; a position is the number
 * of a record in the task's sequence, and goes on after a restart. What is stored with it is the offset
 * of each source partition, as far as that partition is settled without a gap.
 *
 * <p>One worker at a time runs it, under a lease; others stand by. Everything of the plugin runs on
 * threads of its own ({@link ConnectorThread}, {@link SourceTaskThread}), so that a callback that hangs
 * holds up nothing but its lane.
 */
public final class ConnectSource implements LogSource, HttpRoute.Owner {

  private static final Logger log = LoggerFactory.getLogger(ConnectSource.class);

  private static final long LEASE_INTERVAL_NS = Duration.ofSeconds(1).toNanos();
  private static final int MAX_RECORDS = 2_000;

  private final ConnectSettings settings;
  private final Companion companion;
  private final Limits limits;
  private final Set<Lane> paused = new HashSet<>();
  private final Signal ready = new Signal();
  private @Nullable SourceContext context;
  private @Nullable Owned owned;
  private String standby = "";
  private long nextTryNs;

  /** What there is while the lease is ours. */
  private record Owned(Lease lease, Progress progress, SourcePlugin plugin) {}

  /** A source of these settings; touches nothing. */
  public ConnectSource(ConnectSettings settings) {
    this(settings, Companion.NONE);
  }

  /** The same, with what its plugin needs beside its settings. */
  public ConnectSource(ConnectSettings settings, Companion companion) {
    this(settings, companion, Limits.USUAL);
  }

  ConnectSource(ConnectSettings settings, Limits limits) {
    this(settings, Companion.NONE, limits);
  }

  private ConnectSource(ConnectSettings settings, Companion companion, Limits limits) {
    this.settings = settings;
    this.companion = companion;
    this.limits = limits;
  }

  @Override
  public void open(SourceContext opened) {
    context = opened;
    paused.clear();
    take(opened);
  }

  private SourceContext context() {
    SourceContext known = context;
    if (known == null) {
      throw new IllegalStateException("the source is not open");
    }
    return known;
  }

  /** What is ours; null while another worker has the lease. */
  private @Nullable Owned owned() {
    Owned now = owned;
    if (now != null && !now.lease().isHeld()) {
      lose(now);
      now = null;
    }
    if (now == null && System.nanoTime() - nextTryNs >= 0) {
      take(context());
      now = owned;
    }
    return now;
  }

  private void take(SourceContext opened) {
    nextTryNs = System.nanoTime() + LEASE_INTERVAL_NS;
    Leases.Answer answer = opened.leases().acquire("connectors/" + opened.connector() + "/source");
    if (answer instanceof Leases.Answer.Held held) {
      standby = "stands by: " + held.holder() + " runs this source";
      return;
    }
    Lease lease = ((Leases.Answer.Granted) answer).lease();
    try {
      standby = "";
      Progress progress = new Progress(opened.connector(), lease.state());
      progress.offsets().all(); // says now, not in the plugin, that the state can't be read
      ConnectSettings all = settings.with(companion.started(opened.connector(), lease.state()));
      owned =
          new Owned(
              lease,
              progress,
              new SourcePlugin(opened, all, companion, progress, this::giveUp, ready, limits));
    } catch (RuntimeException e) {
      companion.ended();
      lease.close();
      throw e;
    }
  }

  /** Another worker may run it by now: nothing can be committed any more. */
  private void lose(Owned now) {
    log.warn("{}: its lease is lost, another worker may take over", context().connector());
    owned = null;
    List<Lane> lanes = ours(now.plugin());
    if (!lanes.isEmpty()) {
      context().lanes().lost(lanes);
    }
    paused.clear();
    companion.ended();
    Thread stop =
        new Thread(now.plugin()::stop, "penstock-" + context().connector() + "-connect-lost");
    stop.setDaemon(true);
    stop.start();
    now.lease().close();
  }

  private static List<Lane> ours(SourcePlugin plugin) {
    return plugin.lanes().stream().filter(l -> l.thread().isPresent()).map(l -> l.lane).toList();
  }

  @Override
  public List<LaneRecords> poll(Demand demand, Duration maxWait) {
    List<LaneRecords> polled = tryPoll(demand);
    if (polled.isEmpty() && !maxWait.isZero()) {
      ready.await(maxWait.toNanos());
      polled = tryPoll(demand);
    }
    return polled;
  }

  private List<LaneRecords> tryPoll(Demand demand) {
    Owned now = owned();
    if (now == null) {
      return List.of();
    }
    now.plugin().advance();
    int records = Math.min(demand.events(), MAX_RECORDS);
    long bytes = demand.bytes();
    List<LaneRecords> polled = new ArrayList<>();
    for (TaskLane lane : now.plugin().lanes()) {
      if (records <= 0 || bytes <= 0 || lane.thread().isEmpty() || paused.contains(lane.lane)) {
        continue;
      }
      List<Polled> taken = lane.thread().get().take(records, bytes);
      if (!taken.isEmpty()) {
        polled.add(handedOver(lane, taken));
        records -= taken.size();
        bytes -= taken.stream().mapToLong(Polled::bytes).sum();
      }
    }
    return polled;
  }

  private static LaneRecords handedOver(TaskLane lane, List<Polled> taken) {
    List<SourceRecord> records = new ArrayList<>(taken.size());
    for (Polled polled : taken) {
      HostedRecord hosted = polled.hosted();
      lane.tracker.add(
          polled.sequence(),
          SourceTaskThread.partition(polled),
          SourceTaskThread.offset(polled),
          polled,
          hosted == null);
      if (hosted != null) {
        records.add(hosted);
      }
      lane.next = polled.sequence() + 1;
    }
    return new LaneRecords(lane.lane, records, lane.next);
  }

  @Override
  public void pause(Collection<Lane> lanes) {
    paused.addAll(lanes);
  }

  @Override
  public void resume(Collection<Lane> lanes) {
    paused.removeAll(lanes);
  }

  @Override
  public void commit(Map<Lane, LaneCommit> commits) {
    Owned now = owned;
    if (now == null || !now.lease().isHeld()) {
      return; // the next poll gives the lanes up
    }
    Map<Lane, Long> positions = new HashMap<>();
    Map<Map<String, ?>, Map<String, ?>> offsets = new LinkedHashMap<>();
    Map<TaskLane, Plan<Polled>> plans = new LinkedHashMap<>();
    commits.forEach(
        (name, commit) -> {
          TaskLane lane = now.plugin().lane(name);
          if (lane != null) {
            Plan<Polled> plan = lane.tracker.plan(commit.position(), commit.settledBeyond());
            positions.put(name, commit.position());
            offsets.putAll(plan.offsets());
            plans.put(lane, plan);
          }
        });
    context().failpoints().reached("connect-before-offsets");
    now.progress().store(positions, offsets);
    context().failpoints().reached("connect-after-offsets");
    plans.forEach(
        (lane, plan) -> {
          LaneCommit commit = commits.get(lane.lane);
          if (commit != null) {
            lane.tracker.committed(commit.position(), commit.settledBeyond());
          }
          // Only now: what a plugin is told, its own source may forget.
          lane.thread().ifPresent(thread -> thread.settled(plan.records()));
        });
  }

  private void giveUp(Collection<Lane> lanes) {
    commit(Revocation.await(context(), lanes));
    paused.removeAll(lanes);
  }

  @Override
  public LaneStart seek(Lane lane, SeekTarget target) {
    throw ConnectorException.fatal(
        "a plugin of Kafka Connect can't be moved while it runs: stop the worker and edit the"
            + " connector's offsets (penstock offsets)",
        null);
  }

  @Override
  public long lag(Lane lane) {
    return -1; // the API has no word for it
  }

  @Override
  public List<String> health() {
    Owned now = owned;
    return now == null ? List.of(standby) : now.plugin().health();
  }

  @Override
  public Optional<SnapshotProgress> snapshot() {
    return owned == null ? Optional.empty() : companion.snapshot();
  }

  @Override
  public List<HttpRoute> httpRoutes() {
    return companion.httpRoutes();
  }

  @Override
  public void close() {
    Owned closing = owned;
    if (closing == null) {
      return;
    }
    try {
      List<Lane> lanes = ours(closing.plugin());
      if (!lanes.isEmpty()) {
        giveUp(lanes);
      }
    } finally {
      owned = null;
      try {
        closing.plugin().stop();
      } finally {
        companion.ended();
        closing.lease().close();
      }
    }
  }
}
