package io.penstock.source.generate;

import io.penstock.connector.Lane;
import io.penstock.connector.LogSource;
import io.penstock.connector.StoredPositions;
import io.penstock.functions.Event;
import io.penstock.testkit.contract.LogEnvironment;
import io.penstock.testkit.contract.LogSourceContract;
import io.penstock.testkit.contract.SourceIn;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** The contract of log sources, over lanes whose content the suite writes. */
class GenerateSourceContractTest extends LogSourceContract {

  private static final Path NO_FOLDER = Path.of("no-such-folder");

  @Override
  protected LogEnvironment environment() {
    return new Written();
  }

  private static final class Written implements LogEnvironment {

    @Override
    public Set<Feature> features() {
      return Set.of(Feature.KEYS);
    }

    @Override
    public Log newLog(int lanes) {
      return new WrittenLog(lanes);
    }

    @Override
    public LogSource unreachable() {
      TestState broken = new TestState();
      broken.broken(true);
      return new SourceIn(new WrittenLog(1).plainSource(), broken, NO_FOLDER);
    }

    @Override
    public void close() {}
  }

  /** Content that grows by what is appended. */
  private static final class WrittenLog implements LogEnvironment.Log, Content {

    private final List<List<LogEnvironment.Entry>> lanes = new ArrayList<>();
    private final TestState state = new TestState();

    WrittenLog(int lanes) {
      for (int i = 0; i < lanes; i++) {
        this.lanes.add(new CopyOnWriteArrayList<>());
      }
    }

    @Override
    public List<Lane> lanes() {
      return IntStream.range(0, lanes.size()).mapToObj(i -> new Lane(String.valueOf(i))).toList();
    }

    @Override
    public void append(Lane lane, List<LogEnvironment.Entry> entries) {
      lanes.get(Integer.parseInt(lane.name())).addAll(entries);
    }

    LogSource plainSource() {
      return new GenerateSource(this, lanes.size(), Double.POSITIVE_INFINITY, SourceTime.SYSTEM);
    }

    @Override
    public LogSource source() {
      return new SourceIn(plainSource(), state, NO_FOLDER);
    }

    @Override
    public OptionalLong committed(Lane lane) {
      return state
          .get("generate/contract/positions")
          .map(stored -> StoredPositions.decode(stored).get(lane))
          .map(commit -> OptionalLong.of(commit.position()))
          .orElse(OptionalLong.empty());
    }

    @Override
    public void removeBefore(Lane lane, long position) {
      throw new UnsupportedOperationException("not claimed");
    }

    @Override
    public long end(int lane) {
      return lanes.get(lane).size();
    }

    @Override
    public boolean endless() {
      return false;
    }

    @Override
    public GeneratedRecord record(String connector, int lane, long position, Instant now) {
      LogEnvironment.Entry entry = lanes.get(lane).get((int) position);
      Event event =
          Event.builder()
              .id(lane + "-" + position)
              .source("generate://" + connector)
              .time(now)
              .text(entry.value())
              .build();
      return new GeneratedRecord(position, entry.key(), event);
    }
  }
}
