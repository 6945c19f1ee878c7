package io.penstock.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connect.plugin.Board;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.Lane;
import io.penstock.connector.LogSource;
import io.penstock.connector.StateStore;
import io.penstock.testkit.contract.LogEnvironment;
import io.penstock.testkit.contract.LogSourceContract;
import io.penstock.testkit.contract.MemoryStateStore;
import io.penstock.testkit.contract.SourceIn;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;

/** The contract of log sources, over the strict plugin. */
class ConnectSourceContractTest extends LogSourceContract {

  private static final List<String> BOARDS = new ArrayList<>();

  @AfterEach
  void theHostKeptTheContract() {
    for (String board : BOARDS) {
      assertThat(Board.of(board).violations()).isEmpty();
    }
  }

  @Override
  protected LogEnvironment environment() {
    return new Hosted();
  }

  private static final class Hosted implements LogEnvironment {

    @Override
    public Set<Feature> features() {
      return Set.of(Feature.KEYS);
    }

    @Override
    public boolean canSeek() {
      return false; // a plugin goes where its stored offset says
    }

    @Override
    public Log newLog(int lanes) {
      String board = TestPlugins.newBoard();
      BOARDS.add(board);
      return new Lists(board, lanes);
    }

    @Override
    public LogSource unreachable() {
      StateStore away =
          (StateStore)
              Proxy.newProxyInstance(
                  StateStore.class.getClassLoader(),
                  new Class<?>[] {StateStore.class},
                  (proxy, method, arguments) -> {
                    throw ConnectorException.retry("the state is away", null);
                  });
      return new SourceIn(
          new ConnectSource(TestPlugins.source(TestPlugins.newBoard(), 1)),
          away,
          Path.of("no-such-folder"));
    }

    @Override
    public void close() {}
  }

  private record Lists(String board, int count, StateStore state) implements LogEnvironment.Log {

    Lists(String board, int count) {
      this(board, count, new MemoryStateStore());
    }

    @Override
    public List<Lane> lanes() {
      return IntStream.range(0, count).mapToObj(i -> new Lane(String.valueOf(i))).toList();
    }

    @Override
    public void append(Lane lane, List<LogEnvironment.Entry> entries) {
      TestPlugins.add(
          board,
          lane.name(),
          entries.stream().map(e -> (e.key() == null ? "" : e.key()) + "\t" + e.value()).toList());
    }

    @Override
    public LogSource source() {
      return new SourceIn(
          new ConnectSource(TestPlugins.source(board, count)), state, Path.of("no-such-folder"));
    }

    @Override
    public OptionalLong committed(Lane lane) {
      return state
          .get("connect/contract/tasks/" + lane.name())
          .map(
              stored ->
                  OptionalLong.of(
                      Long.parseLong(new String(stored, StandardCharsets.UTF_8).substring(2))))
          .orElse(OptionalLong.empty());
    }

    @Override
    public void removeBefore(Lane lane, long position) {
      throw new UnsupportedOperationException("not claimed");
    }
  }
}
