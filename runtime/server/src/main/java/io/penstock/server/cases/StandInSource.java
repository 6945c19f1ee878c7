package io.penstock.server.cases;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.LogSource;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.PositionRanges;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SourceContext;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import java.nio.charset.StandardCharsets;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A log in memory that holds the events of a case and lets each come at its time. One thread. */
final class StandInSource implements LogSource {

  private final Supplier<Duration> elapsed;
  private final Map<Lane, List<Entry>> lanes = new LinkedHashMap<>();
  private final Map<Lane, Integer> positions = new HashMap<>();
  private final Map<Lane, LaneCommit> commits = new HashMap<>();
  private final Set<Lane> paused = new HashSet<>();
  private @Nullable SourceContext context;

  private record Entry(InputEvent input, long position) {}

  /** Events of a lane keep their order, also if a later one has an earlier time. */
  StandInSource(List<InputEvent> events, Supplier<Duration> elapsed) {
    this.elapsed = elapsed;
    for (InputEvent input : events) {
      List<Entry> lane = lanes.computeIfAbsent(input.lane(), name -> new ArrayList<>());
      lane.add(new Entry(input, lane.size()));
    }
  }

  /** The ids of events that are settled and committed. */
  Set<String> settled() {
    Set<String> settled = new HashSet<>();
    lanes.forEach(
        (lane, entries) -> {
          LaneCommit commit = commits.getOrDefault(lane, new LaneCommit(0, PositionRanges.empty()));
          for (Entry entry : entries) {
            if (entry.position < commit.position()
                || commit.settledBeyond().contains(entry.position)) {
              settled.add(entry.input.event().id());
            }
          }
        });
    return settled;
  }

  /** The event at a place. */
  Optional<InputEvent> at(String lane, long position) {
    List<Entry> entries = lanes.getOrDefault(new Lane(lane), List.of());
    return position >= 0 && position < entries.size()
        ? Optional.of(entries.get((int) position).input)
        : Optional.empty();
  }

  /** When the next event comes that hasn't come yet, since the begin. */
  Optional<Duration> next() {
    return lanes.entrySet().stream()
        .filter(lane -> position(lane.getKey()) < lane.getValue().size())
        .map(lane -> lane.getValue().get(position(lane.getKey())).input.at())
        .filter(at -> at.compareTo(elapsed.get()) > 0)
        .min(Duration::compareTo);
  }

  private int position(Lane lane) {
    return positions.getOrDefault(lane, 0);
  }

  @Override
  public void open(SourceContext context) {
    this.context = context;
  }

  @Override
  public List<LaneRecords> poll(Demand demand, Duration maxWait) {
    if (positions.isEmpty() && context != null) {
      List<LaneStart> starts = new ArrayList<>();
      for (Lane lane : lanes.keySet()) {
        positions.put(lane, 0);
        starts.add(new LaneStart(lane, 0, PositionRanges.empty()));
      }
      context.lanes().assigned(starts);
    }
    List<LaneRecords> found = new ArrayList<>();
    int left = demand.events();
    for (Map.Entry<Lane, List<Entry>> lane : lanes.entrySet()) {
      if (!paused.contains(lane.getKey())) {
        List<SourceRecord> records = due(lane.getKey(), lane.getValue(), left);
        left -= records.size();
        if (!records.isEmpty()) {
          found.add(new LaneRecords(lane.getKey(), records, position(lane.getKey())));
        }
      }
    }
    return found;
  }

  private List<SourceRecord> due(Lane lane, List<Entry> entries, int most) {
    List<SourceRecord> records = new ArrayList<>();
    Duration now = elapsed.get();
    int position = position(lane);
    while (position < entries.size()
        && records.size() < most
        && entries.get(position).input.at().compareTo(now) <= 0) {
      records.add(new Record(entries.get(position)));
      position++;
    }
    positions.put(lane, position);
    return records;
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
  public void commit(Map<Lane, LaneCommit> progress) {
    commits.putAll(progress);
  }

  @Override
  public LaneStart seek(Lane lane, SeekTarget target) {
    throw ConnectorException.fatal("a case seeks nowhere", null);
  }

  @Override
  public long lag(Lane lane) {
    return lanes.getOrDefault(lane, List.of()).size() - position(lane);
  }

  @Override
  public void close() {
    // What is not settled by now stays unsettled, which the case tells.
  }

  private record Record(Entry entry) implements SourceRecord {

    @Override
    public long position() {
      return entry.position;
    }

    @Override
    public int sizeBytes() {
      return Math.max(1, event().data().length);
    }

    @Override
    public long orderKey() {
      return entry.input.key().map(OrderKeys::of).orElse(NO_ORDER_KEY);
    }

    @Override
    public Event event() {
      return entry.input.event();
    }

    @Override
    public @Nullable String route() {
      return entry.input.route().orElse(null);
    }

    @Override
    public OriginalRecord original() {
      return new OriginalRecord(
          entry.input.key().map(key -> key.getBytes(StandardCharsets.UTF_8)).orElse(null),
          List.of(),
          event().data());
    }
  }
}
