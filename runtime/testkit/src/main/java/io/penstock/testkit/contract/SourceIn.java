package io.penstock.testkit.contract;

import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.LaneStart;
import io.penstock.connector.LogSource;
import io.penstock.connector.SeekTarget;
import io.penstock.connector.SourceContext;
import io.penstock.connector.StateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A source that is opened with the state and the folder of its log: the suite gives each source a
 * state of its own.
 *
 * @param source what is called
 * @param state of the log
 * @param folder of the log
 */
public record SourceIn(LogSource source, StateStore state, Path folder) implements LogSource {

  @Override
  public void open(SourceContext context) {
    source.open(
        new TestSourceContext(
            context.connector(),
            context.bufferBytes(),
            context.lanes(),
            state,
            folder,
            context.failpoints()));
  }

  @Override
  public List<LaneRecords> poll(Demand demand, Duration maxWait) {
    return source.poll(demand, maxWait);
  }

  @Override
  public void pause(Collection<Lane> lanes) {
    source.pause(lanes);
  }

  @Override
  public void resume(Collection<Lane> lanes) {
    source.resume(lanes);
  }

  @Override
  public void commit(Map<Lane, LaneCommit> commits) {
    source.commit(commits);
  }

  @Override
  public LaneStart seek(Lane lane, SeekTarget target) {
    return source.seek(lane, target);
  }

  @Override
  public long lag(Lane lane) {
    return source.lag(lane);
  }

  @Override
  public void close() {
    source.close();
  }
}
