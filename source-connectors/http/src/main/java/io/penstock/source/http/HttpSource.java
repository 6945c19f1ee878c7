package io.penstock.source.http;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
import io.penstock.connector.HttpRoute;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.LogSource;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.Revocation;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import io.penstock.connector.StoredPositions;
import io.penstock.connector.config.ByteSize;
import io.penstock.source.http.log.Entry;
import io.penstock.source.http.log.LogOptions;
import io.penstock.source.http.log.LogReader;
import io.penstock.source.http.log.SegmentLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Receives events over HTTP into a log on the worker's disk, and hands them over from there. One
 * lane; a file of the log is removed when all of it is settled and committed.
 */
final class HttpSource implements LogSource, HttpRoute.Owner {

  static final Lane LANE = new Lane("0");

  /** Keep a poll far below the time that it may take. */
  private static final int MAX_RECORDS = 1_000;

  private static final long MAX_POLL_BYTES = 4 << 20;

  private final HttpSourceConfig config;
  private final InstantSource clock;
  private final EventsRoute route;
  private boolean paused;
  private @Nullable Opened opened;

  /** What there is while the source is open. */
  private record Opened(SourceContext context, SegmentLog log, LogReader reader) {

    String stateKey() {
      return stateKey(context);
    }

    static String stateKey(SourceContext context) {
      return "http/" + context.connector() + "/positions";
    }

    void store(LaneCommit commit) {
      context.state().put(stateKey(), StoredPositions.encode(Map.of(LANE, commit)));
    }
  }

  HttpSource(HttpSourceConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    this.route = new EventsRoute(config.sender(clock));
  }

  @Override
  public List<HttpRoute> httpRoutes() {
    return List.of(new HttpRoute("POST", "/events", config.maxBody().bytes(), route));
  }

  @Override
  public void open(SourceContext context) {
    if (config.maxBody().bytes() > context.bufferBytes()) {
      throw ConnectorException.fatal(
          "source.maxBody is "
              + config.maxBody()
              + ", but a quarter of delivery.memory, which received events may take, is "
              + new ByteSize(context.bufferBytes())
              + ". Lower maxBody or raise delivery.memory",
          null);
    }
    LaneCommit stored =
        StoredPositions.load(context, Opened.stateKey(context))
            .getOrDefault(LANE, new LaneCommit(0, PositionRanges.empty()));
    SegmentLog log =
        SegmentLog.open(
            new LogOptions(
                context.folder(),
                config.maxBacklog().bytes(),
                context.bufferBytes(),
                clock,
                context.failpoints(),
                "penstock-" + context.connector() + "-log"),
            stored.position());
    // It begins later only if somebody has removed files of it.
    boolean whole = log.first() <= stored.position();
    long start = whole ? stored.position() : log.first();
    Opened opening = new Opened(context, log, log.reader(start));
    opened = opening;
    paused = false;
    PositionRanges settled =
        whole ? below(log.end(), stored.settledBeyond()) : PositionRanges.empty();
    if (!settled.equals(stored.settledBeyond())) {
      // Files are gone: events to come get positions that were settled once.
      opening.store(new LaneCommit(start, settled));
    }
    context.lanes().assigned(List.of(new LaneStart(LANE, start, settled)));
    route.open(new RequestReader(config.plainEvents(context.connector()), clock), log);
  }

  private static PositionRanges below(long end, PositionRanges ranges) {
    PositionRanges.Builder below = PositionRanges.builder();
    for (int i = 0; i < ranges.size() && ranges.from(i) < end; i++) {
      below.add(ranges.from(i), Math.min(ranges.to(i), end));
    }
    return below.build();
  }

  @Override
  public List<LaneRecords> poll(Demand demand, Duration maxWait) {
    Opened open = opened();
    open.log()
        .takeFailure()
        .ifPresent(
            failure -> {
              throw failure;
            });
    if (paused || demand.events() <= 0 || demand.bytes() <= 0) {
      LockSupport.parkNanos(this, maxWait.toNanos());
      return List.of();
    }
    LogReader reader = open.reader();
    open.log().await(reader.position(), maxWait);
    List<Entry> entries =
        reader.read(
            Math.min(demand.events(), MAX_RECORDS), Math.min(demand.bytes(), MAX_POLL_BYTES));
    if (entries.isEmpty()) {
      return List.of();
    }
    List<SourceRecord> records = entries.stream().<SourceRecord>map(ReceivedRecord::new).toList();
    return List.of(new LaneRecords(LANE, records, reader.position()));
  }

  @Override
  public void pause(Collection<Lane> lanes) {
    paused |= lanes.contains(LANE);
  }

  @Override
  public void resume(Collection<Lane> lanes) {
    paused &= !lanes.contains(LANE);
  }

  @Override
  public void commit(Map<Lane, LaneCommit> commits) {
    LaneCommit commit = commits.get(LANE);
    if (commit == null) {
      return;
    }
    Opened open = opened();
    open.context().failpoints().reached("http-before-commit");
    open.store(commit);
    open.context().failpoints().reached("http-after-commit");
    open.log().release(commit.position());
  }

  @Override
  public LaneStart seek(Lane lane, SeekTarget target) {
    if (!lane.equals(LANE)) {
      throw ConnectorException.fatal(
          "an http source has no lane '" + lane + "': its one lane is '" + LANE + "'", null);
    }
    Opened open = opened();
    long position = position(open, target);
    open.reader().seek(position);
    return new LaneStart(LANE, position, PositionRanges.empty());
  }

  private static long position(Opened open, SeekTarget target) {
    SegmentLog log = open.log();
    if (target instanceof SeekTarget.Earliest) {
      return log.first();
    }
    if (target instanceof SeekTarget.Latest) {
      return log.end();
    }
    if (target instanceof SeekTarget.At at) {
      return open.reader().find(at.instant().toEpochMilli());
    }
    long wanted = ((SeekTarget.Position) target).position();
    if (wanted < 0 || wanted > log.end()) {
      throw ConnectorException.fatal(
          "there is no position "
              + wanted
              + " in the log of received events: it goes from "
              + log.first()
              + " to "
              + log.end(),
          null);
    }
    return Math.max(wanted, log.first());
  }

  @Override
  public long lag(Lane lane) {
    Opened open = opened();
    return lane.equals(LANE) ? open.log().end() - open.reader().position() : -1;
  }

  private Opened opened() {
    Opened open = opened;
    if (open == null) {
      throw new IllegalStateException("the source is not open");
    }
    return open;
  }

  @Override
  public void close() {
    Opened closing = opened;
    if (closing == null) {
      return;
    }
    route.close();
    try {
      commit(Revocation.await(closing.context(), List.of(LANE)));
    } finally {
      opened = null;
      try {
        closing.reader().close();
      } finally {
        closing.log().close();
      }
    }
  }
}
