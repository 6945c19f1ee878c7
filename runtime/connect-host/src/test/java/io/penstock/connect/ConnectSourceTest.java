package io.penstock.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connect.plugin.Board;
import io.penstock.connect.plugin.Contexts;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.DecodeException;
import io.penstock.connector.Lane;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import io.penstock.testkit.contract.MemoryStateStore;
import io.penstock.testkit.contract.RecordingOwner;
import io.penstock.testkit.contract.TestSourceContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the contract of sources doesn't say: the plugin's side. */
class ConnectSourceTest {

  private static final Lane FIRST = new Lane("0");

  private final String name = TestPlugins.newBoard();
  private final Board board = Board.of(name);
  private final RecordingOwner owner = new RecordingOwner();
  private final MemoryStateStore state = new MemoryStateStore();
  private ConnectSource source;

  @AfterEach
  void end() {
    board.release();
    if (source != null) {
      source.close();
    }
    assertThat(board.violations()).isEmpty();
  }

  private void open(ConnectSettings settings) {
    source = new ConnectSource(settings, TestPlugins.SHORT);
    source.open(TestSourceContext.of("orders", owner).withState(state));
  }

  private void fill(int list, int from, int to) {
    TestPlugins.add(
        name,
        String.valueOf(list),
        IntStream.range(from, to).mapToObj(i -> "k" + i % 3 + "\tv" + i).toList());
  }

  private void pollUntil(String what, java.util.function.BooleanSupplier condition) {
    owner.pollUntil(source, what, condition);
  }

  private List<String> calls(String prefix) {
    return board.calls().stream().filter(call -> call.startsWith(prefix)).toList();
  }

  @Test
  void aRecordIsAnEvent() {
    fill(0, 0, 1);
    open(TestPlugins.source(name, 1));
    pollUntil("a record", () -> owner.count() == 1);
    Event event = owner.taken(FIRST).get(0).event();
    assertThat(event.text()).isEqualTo("v0");
    assertThat(event.source()).isEqualTo("/penstock/orders");
    assertThat(event.type()).isEqualTo("io.penstock.connect.record");
    assertThat(event.subject()).contains("k0");
    assertThat(event.dataContentType()).contains("text/plain");
    assertThat(event.time()).contains(Instant.ofEpochMilli(1_700_000_000_000L));
    assertThat(event.extensions())
        .isEqualTo(Map.of("partitionkey", "k0", "connecttopic", "lists", "colour", "red"));
  }

  @Test
  void eachRecordIsConfirmedOnceAfterItsOffsetIsStoredAndTheNextStartGoesOnThere() {
    fill(0, 0, 10);
    open(TestPlugins.source(name, 1));
    pollUntil("ten records", () -> owner.count() == 10);
    List<SourceRecord> records = owner.taken(FIRST);
    for (int i : new int[] {0, 1, 2, 5}) {
      owner.settle(FIRST, records.get(i).position());
    }
    source.commit(Map.of(FIRST, owner.commitOf(FIRST)));
    pollUntil("three are told", () -> calls("committed").size() == 3);
    assertThat(calls("committed"))
        .containsExactly("committed 0 0", "committed 0 1", "committed 0 2");
    Offsets offsets = new Offsets("orders", state);
    assertThat(offsets.get(Map.of("list", "0"))).isEqualTo(Map.of("position", 2L));

    source.commit(Map.of(FIRST, owner.commitOf(FIRST)));
    owner.settle(FIRST, records.get(3).position());
    owner.settle(FIRST, records.get(4).position());
    source.commit(Map.of(FIRST, owner.commitOf(FIRST)));
    assertThat(offsets.get(Map.of("list", "0"))).isEqualTo(Map.of("position", 5L));
    source.close();
    source = null;
    assertThat(calls("committed"))
        .as("in order, none before those ahead of it")
        .containsExactly(
            "committed 0 0",
            "committed 0 1",
            "committed 0 2",
            "committed 0 3",
            "committed 0 4",
            "committed 0 5");

    open(TestPlugins.source(name, 1));
    pollUntil("what was not settled", () -> owner.count() == 14);
    assertThat(owner.lastStart(FIRST).position()).isEqualTo(6);
    assertThat(board.values()).containsEntry("started-0", "6");
  }

  @Test
  void aTransformThatDropsARecordSettlesIt() {
    fill(0, 0, 5);
    open(
        TestPlugins.source(
            name,
            1,
            "transforms=drop,add",
            "transforms.drop.type=org.apache.kafka.connect.transforms.Filter",
            "transforms.drop.predicate=dead",
            "predicates=dead",
            "predicates.dead.type=org.apache.kafka.connect.transforms.predicates.RecordIsTombstone",
            "transforms.drop.negate=true",
            "transforms.add.type=org.apache.kafka.connect.transforms.InsertHeader",
            "transforms.add.header=origin",
            "transforms.add.value.literal=here"));
    pollUntil(
        "all are dropped, and the position goes on",
        () -> owner.owned().contains(FIRST) && owner.nextPosition(FIRST) == 5);
    assertThat(owner.count()).isZero();
    source.commit(owner.commits());
    pollUntil("all are told", () -> calls("committed").size() == 5);
    assertThat(new Offsets("orders", state).get(Map.of("list", "0")))
        .isEqualTo(Map.of("position", 4L));
  }

  @Test
  void aRecordThatCanNotBeConvertedIsAFailureOfItsOwn() {
    fill(0, 0, 3);
    open(
        TestPlugins.source(
            name, 1, "value.converter=org.apache.kafka.connect.converters.LongConverter"));
    pollUntil("three records", () -> owner.count() == 3);
    SourceRecord record = owner.taken(FIRST).get(1);
    assertThatThrownBy(record::event)
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("a transform or converter failed");
    assertThat(new String(record.original().value(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("v1");
  }

  @Test
  void otherTasksAreStartedWhenThePluginAsksForThem() {
    board.values().put("tasks", "1");
    fill(0, 0, 5);
    fill(1, 0, 5);
    open(TestPlugins.source(name, 4));
    pollUntil("the first task", () -> owner.count() == 5);
    owner.settleAll();

    board.values().put("tasks", "2");
    Contexts.of(name).requestTaskReconfiguration();
    pollUntil("both tasks", () -> owner.owned().size() == 2 && owner.count() == 10);
    assertThat(owner.history())
        .containsExactly("assigned 0", "revoking 0", "assigned 0", "assigned 1");
    pollUntil("where it begins anew", () -> "5".equals(board.values().get("started-0")));

    Contexts.of(name).requestTaskReconfiguration(); // the same again: nothing happens
    fill(1, 5, 6);
    pollUntil("the next record", () -> owner.count() == 11);
    assertThat(owner.history()).hasSize(4);
  }

  @Test
  void aTaskThatFailsIsStartedAgainAndTheOtherGoesOn() {
    fill(0, 0, 5);
    board.behaviour().put("task.start", "throw");
    open(TestPlugins.source(name, 1));
    pollUntil("it is told", () -> !source.health().isEmpty());
    assertThat(source.health().get(0)).contains("task 0 failed", "told to throw in task.start");
    board.behaviour().clear();
    pollUntil("it works again", () -> owner.count() == 5);
    assertThat(source.health()).isEmpty();
  }

  @Test
  void aPollThatAsksForAnotherTryGetsOne() {
    fill(0, 0, 5);
    board.behaviour().put("task.poll", "retry");
    open(TestPlugins.source(name, 1));
    pollUntil("it is told", () -> !source.health().isEmpty());
    assertThat(source.health().get(0)).contains("told to retry");
    board.behaviour().clear();
    pollUntil("it works again", () -> owner.count() == 5);
    assertThat(owner.history()).containsExactly("assigned 0");
  }

  @Test
  void aPluginThatGivesUpIsStartedAnew() {
    fill(0, 0, 5);
    open(TestPlugins.source(name, 1));
    pollUntil("five records", () -> owner.count() == 5);
    owner.settleAll();
    Contexts.of(name).raiseError(new IllegalStateException("no more"));
    assertThatThrownBy(() -> pollUntil("it fails", () -> false))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("no more");
    fill(0, 5, 7);
    pollUntil("it works again", () -> owner.count() == 7);
  }

  @Test
  void aPluginThatBringsMoreThanThereIsRoomForWaits() {
    fill(0, 0, 20_000);
    source = new ConnectSource(TestPlugins.source(name, 1, "batch=20000"), TestPlugins.SHORT);
    source.open(TestSourceContext.of("orders", owner).withState(state).withBufferBytes(64 << 10));
    pollUntil("some records", () -> owner.count() > 0);
    int taken = owner.count();
    assertThat(taken).isLessThan(20_000);
    pollUntil("all of them", () -> owner.count() == 20_000);
    List<String> ids = new ArrayList<>();
    owner.taken(FIRST).forEach(record -> ids.add(record.event().id()));
    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  void wrongSettingsAreToldWithoutTheirValues() {
    open(TestPlugins.source(name, 1, "batch=0"));
    assertThatThrownBy(() -> pollUntil("it fails", () -> false))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("batch")
        .hasMessageContaining("refuses its settings");
  }

  @Test
  void aPluginThatIsNotThereIsToldWithThoseThatAre() {
    source =
        new ConnectSource(
            new ConnectSettings("NoSuch", TestPlugins.folder(), 1, Map.of()), TestPlugins.SHORT);
    source.open(TestSourceContext.of("orders", owner).withState(state));
    assertThatThrownBy(() -> pollUntil("it fails", () -> false))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.FATAL))
        .hasMessageContaining("io.penstock.connect.plugin.StrictSourceConnector");
  }

  @Test
  void offsetsCanBeReadAndChangedWhileItIsStopped() {
    fill(0, 0, 10);
    open(TestPlugins.source(name, 1));
    pollUntil("ten records", () -> owner.count() == 10);
    owner.settleAll();
    source.close();
    source = null;
    Offsets offsets = new Offsets("orders", state);
    assertThat(offsets.all())
        .containsExactly(new Offsets.Offset(Map.of("list", "0"), Map.of("position", 9L)));
    offsets.change(List.of(new Offsets.Offset(Map.of("list", "0"), Map.of("position", 6))));
    open(TestPlugins.source(name, 1));
    pollUntil("the last three", () -> owner.count() == 13);
    source.close();
    source = null;
    offsets.reset();
    assertThat(offsets.all()).isEmpty();
  }
}
