package io.penstock.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.connect.plugin.Board;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkRecord;
import io.penstock.functions.Event;
import io.penstock.testkit.contract.SinkContract;
import io.penstock.testkit.contract.SinkEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** The contract of sinks, over the strict plugin. */
class ConnectSinkContractTest extends SinkContract {

  private static final List<String> BOARDS = new ArrayList<>();

  @AfterEach
  void theHostKeptTheContract() {
    for (String board : BOARDS) {
      assertThat(Board.of(board).violations()).isEmpty();
    }
  }

  @Override
  protected SinkEnvironment environment() {
    return new Hosted();
  }

  private static String newBoard() {
    String board = TestPlugins.newBoard();
    BOARDS.add(board);
    return board;
  }

  private static final class Hosted implements SinkEnvironment {

    @Override
    public Set<Feature> features() {
      return Set.of(Feature.FAILURE, Feature.REACHABILITY);
    }

    @Override
    public Destination newDestination() {
      return new Written(newBoard());
    }

    @Override
    public Sink unreachable() {
      String board = newBoard();
      Board.of(board).behaviour().put("connector.start", "throw");
      return new ConnectSink(TestPlugins.sink(board, Duration.ofSeconds(20)), TestPlugins.SHORT);
    }

    @Override
    public void close() {}
  }

  private record Written(String board) implements SinkEnvironment.Destination {

    @Override
    public Sink sink() {
      return new ConnectSink(TestPlugins.sink(board, Duration.ofSeconds(20)), TestPlugins.SHORT);
    }

    @Override
    public List<SinkEnvironment.Arrived> arrived(int atLeast) {
      await().atMost(Duration.ofSeconds(30)).until(() -> all().size() >= atLeast);
      return all();
    }

    private List<SinkEnvironment.Arrived> all() {
      return Board.of(board).arrived().stream()
          .map(line -> line.split("\t", 2))
          .map(parts -> new SinkEnvironment.Arrived(parts[0], parts[1]))
          .toList();
    }

    @Override
    public Optional<SinkRecord> hopeless(long orderKey) {
      return Optional.of(
          new SinkRecord(Event.builder().id("bad").text("hopeless").build(), null, orderKey));
    }

    @Override
    public void fail() {
      Board.of(board).behaviour().put("task.put", "throw");
    }

    @Override
    public void mend() {
      Board.of(board).behaviour().clear();
    }
  }
}
