package io.penstock.source.generate;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A log that is made up while it is read. Owns all its lanes from beginning to end, and keeps their
 * positions in the connector's state.
 */
final class GenerateSource implements LogSource {

  /** Keeps a poll far below the time that it may take. */
  private static final int MAX_RECORDS = 1_000;

  private final Content content;
  private final double perSecond;
  private final SourceTime time;
  private final List<LaneReader> lanes = new ArrayList<>();
  private final Map<Lane, LaneCommit> committed = new LinkedHashMap<>();
  private Pace pace;
  private int nextLane;
  private @Nullable SourceContext context;

  /** Where a lane is read. */
  private static final class LaneReader {
    private final Lane lane;
    private final int number;
    private long next;
    private boolean paused;

    LaneReader(int number) {
      this.lane = new Lane(String.valueOf(number));
      this.number = number;
    }
  }

  /**
   * Makes a source.
   *
   * @param perSecond events a second, infinite for no limit
   */
  GenerateSource(Content content, int lanes, double perSecond, SourceTime time) {
    this.content = content;
    this.perSecond = perSecond;
    this.time = time;
    this.pace = new Pace(perSecond, time.nanoTime());
    for (int i = 0; i < lanes; i++) {
      this.lanes.add(new LaneReader(i));
    }
  }

  @Override
  public void open(SourceContext opened) {
    Map<Lane, LaneCommit> stored = StoredPositions.load(opened, stateKey(opened));
    List<LaneStart> starts = new ArrayList<>();
    for (LaneReader reader : lanes) {
      LaneCommit commit =
          stored.getOrDefault(reader.lane, new LaneCommit(0, PositionRanges.empty()));
      reader.next = commit.position();
      committed.put(reader.lane, commit);
      starts.add(new LaneStart(reader.lane, commit.position(), commit.settledBeyond()));
    }
    pace = new Pace(perSecond, time.nanoTime());
    context = opened;
    opened.lanes().assigned(starts);
  }

  private static String stateKey(SourceContext context) {
    return "generate/" + context.connector() + "/positions";
  }

  @Override
  public List<LaneRecords> poll(Demand demand, Duration maxWait) {
    long wanted = Math.min(demand.events(), MAX_RECORDS);
    long readable = readable();
    if (wanted <= 0 || demand.bytes() <= 0 || readable == 0) {
      time.sleep(maxWait.toNanos());
      return List.of();
    }
    long due = pace.due(time.nanoTime());
    if (due == 0) {
      time.sleep(Math.min(maxWait.toNanos(), pace.untilNextNs()));
      due = pace.due(time.nanoTime());
    }
    return take(Math.min(Math.min(due, wanted), readable), demand.bytes());
  }

  /** How many records there are to be read, {@link #MAX_RECORDS} at most. */
  private long readable() {
    long readable = 0;
    for (LaneReader reader : lanes) {
      readable += readable(reader);
    }
    return Math.min(readable, MAX_RECORDS);
  }

  private long readable(LaneReader reader) {
    return reader.paused
        ? 0
        : Math.min(MAX_RECORDS, Math.max(0, content.end(reader.number) - reader.next));
  }

  /**
   * Takes so many records, spread over the lanes: none is left out while another has more than its
   * share. The lane after the last one begins next time.
   *
   * @param count at most as many as can be read
   */
  private List<LaneRecords> take(long count, long maxBytes) {
    Map<LaneReader, List<SourceRecord>> taken = new LinkedHashMap<>();
    String connector = opened().connector();
    Instant now = time.now();
    long left = count;
    long bytes = 0;
    for (int i = 0; left > 0 && bytes < maxBytes; i = (i + 1) % lanes.size()) {
      LaneReader reader = lanes.get(nextLane);
      nextLane = (nextLane + 1) % lanes.size();
      int lanesLeft = lanes.size() - i;
      long share = Math.min(readable(reader), (left + lanesLeft - 1) / lanesLeft);
      for (long n = 0; n < share && bytes < maxBytes; n++) {
        GeneratedRecord record = content.record(connector, reader.number, reader.next++, now);
        taken.computeIfAbsent(reader, r -> new ArrayList<>()).add(record);
        bytes += record.sizeBytes();
        left--;
      }
    }
    pace.made(count - left);
    List<LaneRecords> byLane = new ArrayList<>();
    taken.forEach(
        (reader, records) ->
            byLane.add(new LaneRecords(reader.lane, List.copyOf(records), reader.next)));
    return byLane;
  }

  @Override
  public void pause(Collection<Lane> paused) {
    paused.forEach(lane -> reader(lane).paused = true);
  }

  @Override
  public void resume(Collection<Lane> resumed) {
    resumed.forEach(lane -> reader(lane).paused = false);
  }

  @Override
  public void commit(Map<Lane, LaneCommit> commits) {
    SourceContext current = opened();
    commits.forEach((lane, commit) -> committed.replace(lane, commit));
    current.failpoints().reached("generate-before-commit");
    current.state().put(stateKey(current), StoredPositions.encode(committed));
    current.failpoints().reached("generate-after-commit");
  }

  @Override
  public LaneStart seek(Lane lane, SeekTarget target) {
    LaneReader reader = reader(lane);
    reader.next = position(reader, target);
    return new LaneStart(lane, reader.next, PositionRanges.empty());
  }

  private long position(LaneReader reader, SeekTarget target) {
    long end = content.end(reader.number);
    if (target instanceof SeekTarget.Earliest) {
      return 0;
    }
    if (target instanceof SeekTarget.Latest) {
      return content.endless() ? reader.next : end;
    }
    if (target instanceof SeekTarget.Position wanted) {
      if (wanted.position() < 0 || wanted.position() > end) {
        throw ConnectorException.fatal(
            "there is no position "
                + wanted.position()
                + " in lane "
                + reader.lane
                + " of a generate source: it goes from 0 to "
                + end,
            null);
      }
      return wanted.position();
    }
    throw ConnectorException.fatal(
        "a generate source has no times to seek to. Seek to earliest, latest or a position", null);
  }

  @Override
  public long lag(Lane lane) {
    return content.endless()
        ? -1
        : lanes.stream()
            .filter(reader -> reader.lane.equals(lane))
            .mapToLong(reader -> Math.max(0, content.end(reader.number) - reader.next))
            .findFirst()
            .orElse(-1);
  }

  private LaneReader reader(Lane lane) {
    return lanes.stream()
        .filter(reader -> reader.lane.equals(lane))
        .findFirst()
        .orElseThrow(
            () ->
                ConnectorException.fatal(
                    "a generate source with "
                        + lanes.size()
                        + " lanes has no lane '"
                        + lane
                        + "': they are numbered from 0",
                    null));
  }

  private SourceContext opened() {
    if (context == null) {
      throw new IllegalStateException("the source is not open");
    }
    return context;
  }

  @Override
  public void close() {
    SourceContext closing = context;
    if (closing == null) {
      return;
    }
    List<Lane> all = lanes.stream().map(reader -> reader.lane).toList();
    try {
      commit(Revocation.await(closing, all));
    } finally {
      context = null;
    }
  }
}
