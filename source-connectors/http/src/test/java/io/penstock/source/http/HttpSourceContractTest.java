package io.penstock.source.http;

import io.penstock.connector.HttpRoute;
import io.penstock.connector.Lane;
import io.penstock.connector.LogSource;
import io.penstock.connector.StateStore;
import io.penstock.connector.StoredPositions;
import io.penstock.testkit.contract.LogEnvironment;
import io.penstock.testkit.contract.LogSourceContract;
import io.penstock.testkit.contract.MemoryStateStore;
import io.penstock.testkit.contract.RecordingOwner;
import io.penstock.testkit.contract.SourceIn;
import io.penstock.testkit.contract.TestSourceContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;

/** The contract of log sources, over events that the suite sends. */
class HttpSourceContractTest extends LogSourceContract {

  @TempDir static Path temporary;

  @Override
  protected LogEnvironment environment() {
    return new Received();
  }

  private static final class Received implements LogEnvironment {

    private int logs;

    @Override
    public Set<Feature> features() {
      // It finds events by when they were received, which is not the time that they say.
      return Set.of(Feature.KEYS);
    }

    @Override
    public int maxLanes() {
      return 1;
    }

    @Override
    public Log newLog(int lanes) {
      return new ReceivedLog(temporary.resolve("log-" + ++logs));
    }

    @Override
    public LogSource unreachable() {
      try {
        Path file = Files.createTempFile(temporary, "no-folder", "");
        return new SourceIn(TestSource.make(Map.of()), new MemoryStateStore(), file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {}
  }

  /** Events are sent to the source that is open, or else to one that is opened for them. */
  private static final class ReceivedLog implements LogEnvironment.Log {

    private final StateStore state = new MemoryStateStore();
    private final Path folder;
    private HttpSource latest;

    ReceivedLog(Path folder) {
      this.folder = folder;
    }

    @Override
    public List<Lane> lanes() {
      return List.of(HttpSource.LANE);
    }

    @Override
    public void append(Lane lane, List<LogEnvironment.Entry> entries) {
      if (latest == null) {
        latest = TestSource.make(Map.of());
        latest.open(context());
        send(latest, entries);
        latest.close();
        latest = null;
      } else {
        send(latest, entries);
      }
    }

    private TestSourceContext context() {
      return TestSourceContext.of("contract", new RecordingOwner())
          .withState(state)
          .withFolder(folder);
    }

    private static void send(HttpSource source, List<LogEnvironment.Entry> entries) {
      HttpRoute.Handler route = TestSource.route(source);
      List<CompletableFuture<TestAnswer>> answers = new ArrayList<>();
      for (LogEnvironment.Entry entry : entries) {
        TestRequest request =
            TestRequest.of("text/plain", entry.value())
                .with("ce-specversion", "1.0")
                .with("ce-id", entry.value())
                .with("ce-source", "/contract")
                .with("ce-type", "entry");
        String key = entry.key();
        answers.add(
            TestAnswer.begin(key == null ? request : request.with("ce-partitionkey", key), route));
      }
      for (CompletableFuture<TestAnswer> answer : answers) {
        TestAnswer got = TestAnswer.get(answer);
        if (got.status() != 202) {
          throw new AssertionError(got.toString());
        }
      }
    }

    @Override
    public LogSource source() {
      latest = TestSource.make(Map.of());
      return new SourceIn(latest, state, folder);
    }

    @Override
    public OptionalLong committed(Lane lane) {
      return state
          .get("http/contract/positions")
          .map(stored -> StoredPositions.decode(stored).get(lane))
          .map(commit -> OptionalLong.of(commit.position()))
          .orElse(OptionalLong.empty());
    }

    @Override
    public void removeBefore(Lane lane, long position) {
      throw new UnsupportedOperationException("not claimed");
    }
  }
}
