package io.penstock.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.connect.plugin.Board;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.functions.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the contract of sinks doesn't say: the plugin's side, and what hangs there. */
class ConnectSinkTest {

  private final String name = TestPlugins.newBoard();
  private final Board board = Board.of(name);
  private ConnectSink sink;

  @AfterEach
  void end() {
    board.release();
    if (sink != null) {
      sink.close();
    }
    assertThat(board.violations()).isEmpty();
  }

  private void open() {
    open(Duration.ofSeconds(20));
  }

  private void open(Duration deliveryTimeout) {
    sink = new ConnectSink(TestPlugins.sink(name, deliveryTimeout), TestPlugins.SHORT);
    sink.open(new SinkContext("orders", 1 << 20, Failpoints.NONE));
  }

  private static List<SinkRecord> records(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(
            i ->
                new SinkRecord(
                    Event.builder().id("id-" + i).text("text " + i).build(),
                    "key".getBytes(StandardCharsets.UTF_8),
                    1))
        .toList();
  }

  private CompletableFuture<List<SinkOutcome>> deliver(int from, int to) {
    return sink.deliver(records(from, to)).toCompletableFuture();
  }

  private static List<SinkOutcome> get(CompletableFuture<List<SinkOutcome>> answer)
      throws Exception {
    return answer.get(20, TimeUnit.SECONDS);
  }

  @Test
  void anEventIsDeliveredWhenPreCommitCoversIt() throws Exception {
    board.values().put("confirms", "nothing");
    open();
    CompletableFuture<List<SinkOutcome>> answer = deliver(0, 3);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> board.calls().stream().filter("task.preCommit"::equals).count() >= 2);
    assertThat(answer).isNotDone();
    board.values().remove("confirms");
    assertThat(get(answer)).allMatch(SinkOutcome.Delivered.class::isInstance);
    assertThat(board.arrived()).containsExactly("id-0\ttext 0", "id-1\ttext 1", "id-2\ttext 2");
  }

  @Test
  void aBatchIsGivenAgainWhenThePluginAsksForIt() throws Exception {
    open();
    assertThat(get(deliver(0, 1))).hasSize(1);
    board.behaviour().put("task.put", "retry");
    CompletableFuture<List<SinkOutcome>> answer = deliver(1, 3);
    long puts = board.calls().stream().filter("task.put"::equals).count();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> board.calls().stream().filter("task.put"::equals).count() > puts + 2);
    board.behaviour().clear();
    assertThat(get(answer)).allMatch(SinkOutcome.Delivered.class::isInstance);
    assertThat(board.arrived()).hasSize(3);
  }

  @Test
  void aPluginMayAskForEarlierRecordsAgain() throws Exception {
    open();
    board.values().put("rewind", "yes");
    assertThat(get(deliver(0, 4))).allMatch(SinkOutcome.Delivered.class::isInstance);
    assertThat(board.arrived()).contains("id-0\ttext 0", "id-3\ttext 3");
  }

  @Test
  void emptyPutsLetThePluginFlushByTime() {
    open();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> board.calls().stream().filter("task.put"::equals).count() >= 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"task.initialize", "task.start", "task.open", "task.put", "task.preCommit"})
  void aCallbackThatHangsFailsItsEventsInTimeAndGoesOnWhenItReturns(String callback)
      throws Exception {
    board.behaviour().put(callback, "hang");
    open(Duration.ofMillis(700));
    List<SinkOutcome> outcomes = get(deliver(0, 3));
    assertThat(outcomes)
        .hasSize(3)
        .allSatisfy(
            outcome ->
                assertThat(outcome)
                    .isInstanceOfSatisfying(
                        SinkOutcome.Retry.class,
                        retry ->
                            assertThat(retry.text())
                                .contains(
                                    "has not returned from "
                                        + callback.substring("task.".length()))));
    List<SinkOutcome> again = get(deliver(0, 3));
    assertThat(again).allMatch(SinkOutcome.Retry.class::isInstance);
    board.release();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(deliver(0, 3)).stream().allMatch(SinkOutcome.Delivered.class::isInstance));
  }

  @ParameterizedTest
  @ValueSource(strings = {"task.close", "task.stop", "connector.stop"})
  void anEndThatHangsIsLeftBehind(String callback) throws Exception {
    open();
    get(deliver(0, 1));
    board.behaviour().put(callback, "hang");
    long beganNs = System.nanoTime();
    sink.close();
    assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "task.initialize",
        "task.start",
        "task.open",
        "task.put",
        "task.preCommit",
        "task.close"
      })
  void aCallbackThatThrowsFailsItsEventsAndWorksAgainOnceItDoesNot(String callback)
      throws Exception {
    board.behaviour().put(callback, "throw");
    open();
    if (!callback.equals("task.close")) {
      assertThat(get(deliver(0, 3))).allMatch(SinkOutcome.Retry.class::isInstance);
    }
    board.behaviour().clear();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(deliver(0, 3)).stream().allMatch(SinkOutcome.Delivered.class::isInstance));
  }

  @Test
  void aConnectorThatDoesNotStartIsToldInTime() {
    board.behaviour().put("connector.start", "throw");
    try {
      open();
    } catch (ConnectorException e) {
      assertThat(e.category()).isEqualTo(ConnectorException.Category.RETRY);
      assertThat(e.getMessage()).contains("told to throw");
      return;
    }
    throw new AssertionError("it opened");
  }
}
