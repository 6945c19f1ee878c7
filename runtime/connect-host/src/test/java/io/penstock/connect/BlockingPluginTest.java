package io.penstock.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.connect.plugin.Board;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.Demand;
import io.penstock.connector.Lane;
import io.penstock.testkit.contract.MemoryStateStore;
import io.penstock.testkit.contract.RecordingOwner;
import io.penstock.testkit.contract.TestSourceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A source plugin that hangs or throws in any callback: no call of its source takes long, the status says
 * where it hangs, a neighbour goes on, closing is bounded.
 */
class BlockingPluginTest {

  private static final Duration AT_ONCE = Duration.ofSeconds(2);
  private static final Duration CLOSING = Duration.ofSeconds(8);

  private final String name = TestPlugins.newBoard();
  private final String neighbourName = TestPlugins.newBoard();
  private final Board board = Board.of(name);
  private final RecordingOwner owner = new RecordingOwner();
  private final RecordingOwner neighbourOwner = new RecordingOwner();
  private final ConnectSource source =
      new ConnectSource(TestPlugins.source(name, 1), TestPlugins.SHORT);
  private final ConnectSource neighbour =
      new ConnectSource(TestPlugins.source(neighbourName, 1), TestPlugins.SHORT);

  @AfterEach
  void end() {
    board.release();
    neighbour.close();
    assertThat(Board.of(neighbourName).violations()).isEmpty();
  }

  private void open() {
    for (String each : List.of(name, neighbourName)) {
      TestPlugins.add(each, "0", IntStream.range(0, 10).mapToObj(i -> "k\tv" + i).toList());
    }
    source.open(TestSourceContext.of("stuck", owner).withState(new MemoryStateStore()));
    neighbour.open(TestSourceContext.of("sound", neighbourOwner).withState(new MemoryStateStore()));
  }

  /** One round of both, as the engine does it: what comes is settled and committed. */
  private void round(List<String> failures) {
    long beganNs = System.nanoTime();
    try {
      owner.poll(source, new Demand(100, 1 << 20, Set.of()), Duration.ofMillis(10));
      owner.settleAll();
      source.commit(owner.commits());
    } catch (ConnectorException e) {
      failures.add(e.getMessage());
    }
    assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(AT_ONCE);
    neighbourOwner.poll(neighbour, new Demand(100, 1 << 20, Set.of()), Duration.ofMillis(10));
  }

  private void close() {
    long beganNs = System.nanoTime();
    source.close();
    assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(CLOSING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connector.validate",
        "connector.start",
        "connector.taskConfigs",
        "connector.taskClass",
        "task.initialize",
        "task.start",
        "task.poll",
        "task.commitRecord",
        "task.commit"
      })
  void aCallbackThatHangsIsToldAndHarmsNobodyElse(String callback) {
    board.behaviour().put(callback, "hang");
    open();
    List<String> failures = new ArrayList<>();
    String method = callback.substring(callback.indexOf('.') + 1);
    await()
        .atMost(Duration.ofSeconds(15))
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              round(failures);
              return source.health().stream()
                      .anyMatch(text -> text.contains("has not returned from " + method + "()"))
                  && neighbourOwner.count() == 10;
            });
    assertThat(failures).isEmpty();
    close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"connector.stop", "task.stop"})
  void aStopThatHangsIsLeftBehind(String callback) {
    board.behaviour().put(callback, "hang");
    open();
    List<String> failures = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(15))
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              round(failures);
              return owner.count() == 10 && neighbourOwner.count() == 10;
            });
    close();
    assertThat(failures).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "connector.validate, throw",
    "connector.start, throw",
    "connector.start, error",
    "connector.taskConfigs, throw",
    "connector.taskClass, throw",
    "task.initialize, throw",
    "task.start, error",
    "task.poll, throw",
    "task.poll, error",
    "task.commitRecord, throw",
    "task.commitRecord, error",
    "task.commit, throw",
    "task.stop, throw",
    "connector.stop, throw"
  })
  void aCallbackThatThrowsIsToldAndWorksAgainOnceItDoesNot(String callback, String behaviour) {
    board.behaviour().put(callback, behaviour);
    open();
    List<String> failures = new ArrayList<>();
    boolean stops = callback.endsWith("stop");
    await()
        .atMost(Duration.ofSeconds(15))
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              round(failures);
              return neighbourOwner.count() == 10
                  && (stops
                      || failures.stream().anyMatch(text -> text.contains("told to"))
                      || source.health().stream().anyMatch(text -> text.contains("told to")));
            });
    if (!stops) {
      board.behaviour().clear();
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              round(failures);
              return owner.texts(new Lane("0")).contains("v9");
            });
    close();
  }
}
