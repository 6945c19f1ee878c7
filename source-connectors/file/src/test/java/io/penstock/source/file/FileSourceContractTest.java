package io.penstock.source.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.Lane;
import io.penstock.connector.LogSource;
import io.penstock.connector.StateStore;
import io.penstock.testkit.contract.LogEnvironment;
import io.penstock.testkit.contract.LogSourceContract;
import io.penstock.testkit.contract.MemoryStateStore;
import io.penstock.testkit.contract.SourceIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** The contract of log sources, over files that the suite writes. */
class FileSourceContractTest extends LogSourceContract {

  @TempDir static Path temporary;

  @Override
  protected LogEnvironment environment() {
    return new Written();
  }

  private static final class Written implements LogEnvironment {

    private int logs;

    @Override
    public Set<Feature> features() {
      return Set.of();
    }

    @Override
    public Log newLog(int lanes) {
      return new WrittenLog(temporary.resolve("log-" + ++logs), lanes);
    }

    @Override
    public LogSource unreachable() {
      return TestSource.make(
          Map.of("paths", "no-such-file", "follow", false), temporary, System::nanoTime);
    }

    @Override
    public void close() {}
  }

  private static final class WrittenLog implements LogEnvironment.Log {

    private final StateStore state = new MemoryStateStore();
    private final Path folder;
    private final List<Lane> lanes = new ArrayList<>();

    WrittenLog(Path folder, int lanes) {
      this.folder = folder;
      try {
        Files.createDirectories(folder);
        for (int i = 0; i < lanes; i++) {
          Files.createFile(folder.resolve("part " + i + ".log"));
          this.lanes.add(new Lane("part " + i + ".log"));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public List<Lane> lanes() {
      return List.copyOf(lanes);
    }

    @Override
    public void append(Lane lane, List<LogEnvironment.Entry> entries) {
      StringBuilder lines = new StringBuilder();
      entries.forEach(entry -> lines.append(entry.value()).append('\n'));
      try {
        Files.writeString(folder.resolve(lane.name()), lines, UTF_8, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public LogSource source() {
      return new SourceIn(
          TestSource.make(Map.of("paths", "*.log"), folder, System::nanoTime), state, folder);
    }

    @Override
    public OptionalLong committed(Lane lane) {
      return state
          .get("file/contract/positions")
          .map(stored -> StoredFiles.decode(stored).lanes().get(lane.name()))
          .map(stored -> OptionalLong.of(stored.commit().position()))
          .orElse(OptionalLong.empty());
    }

    @Override
    public void removeBefore(Lane lane, long position) {
      throw new UnsupportedOperationException("not claimed");
    }
  }
}
