package io.penstock.source.cdc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.connector.HttpRoute;
import io.penstock.connector.Lane;
import io.penstock.connector.LogSource;
import io.penstock.connector.SnapshotProgress;
import io.penstock.connector.Source;
import io.penstock.connector.SourceRecord;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.functions.Event;
import io.penstock.testkit.contract.MemoryStateStore;
import io.penstock.testkit.contract.RecordingOwner;
import io.penstock.testkit.contract.TestSourceContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real database: its rows, its changes, and what happens while nobody reads. */
abstract class ChangesContract {

  static final Lane LANE = new Lane("0");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestDatabase server = server();
  final String database = server.newDatabase();
  final RecordingOwner owner = new RecordingOwner();
  private final MemoryStateStore state = new MemoryStateStore();
  Source source;

  /** The server; one for all tests. */
  abstract TestDatabase server();

  /** Whether its log says which transaction a change is of. */
  boolean namesTransactions() {
    return true;
  }

  @AfterEach
  void end() {
    if (source != null) {
      source.close();
    }
  }

  final void open(Map<String, Object> more) {
    Map<String, Object> raw = new HashMap<>();
    raw.putAll(server.settings(database));
    raw.put("tables", List.of(table("orders")));
    raw.putAll(more);
    CdcSourceProvider provider = new CdcSourceProvider();
    Problems problems = new Problems();
    Settings settings = provider.spec().read(raw, "$.source", problems);
    provider.check(settings, problems);
    assertThat(problems.list()).isEmpty();
    source = provider.create(settings, Path.of("no-such-folder"));
    source.open(TestSourceContext.of("orders", owner).withState(state));
  }

  final String table(String name) {
    return server.schema(database) + "." + name;
  }

  final void execute(String... statements) {
    server.execute(database, statements);
  }

  private void orders(int from, int to) {
    server.execute(
        database,
        IntStream.range(from, to)
            .mapToObj(i -> "INSERT INTO orders VALUES (" + i + ", 'new', " + i + ".50)")
            .toArray(String[]::new));
  }

  final Event event(int index) {
    return owner.taken(LANE).get(index).event();
  }

  static JsonNode data(Event event) {
    try {
      return JSON.readTree(event.data());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void makeTable() {
    server.execute(
        database,
        "CREATE TABLE orders (id INT PRIMARY KEY, status VARCHAR(20), total NUMERIC(10, 2))",
        "CREATE TABLE other (id INT PRIMARY KEY)");
  }

  @Test
  void rowsAndThenTheirChangesBecomeEvents() {
    makeTable();
    orders(0, 3);
    open(Map.of());
    owner.pollUntil(source, "the rows that are there", () -> owner.count() == 3);
    Event read = event(0);
    assertThat(read.type()).isEqualTo("io.penstock.cdc.read");
    assertThat(read.dataContentType()).contains("application/json");
    assertThat(read.extensions()).containsEntry("cdctable", table("orders"));
    assertThat(read.extensions()).containsKeys("cdcsnapshot", "cdcposition");
    assertThat(data(read).get("after").get("id").intValue()).isZero();
    assertThat(data(read).get("after").get("total").decimalValue()).isEqualByComparingTo("0.50");
    assertThat(data(read).get("before").isNull()).isTrue();

    server.execute(
        database,
        "INSERT INTO other VALUES (1)",
        "INSERT INTO orders VALUES (7, 'new', 1)",
        "UPDATE orders SET status = 'paid' WHERE id = 7",
        "DELETE FROM orders WHERE id = 7");
    owner.pollUntil(source, "three changes", () -> owner.count() == 6);
    assertThat(List.of(event(3).type(), event(4).type(), event(5).type()))
        .containsExactly(
            "io.penstock.cdc.created", "io.penstock.cdc.updated", "io.penstock.cdc.deleted");
    JsonNode updated = data(event(4));
    assertThat(updated.get("op").textValue()).isEqualTo("u");
    assertThat(updated.get("table").textValue()).isEqualTo(table("orders"));
    assertThat(updated.get("after").get("status").textValue()).isEqualTo("paid");
    assertThat(updated.has("transaction")).isEqualTo(namesTransactions());
    assertThat(updated.get("position")).isNotNull();
    assertThat(owner.taken(LANE).get(3).orderKey())
        .as("one key, one order")
        .isEqualTo(owner.taken(LANE).get(4).orderKey())
        .isEqualTo(owner.taken(LANE).get(5).orderKey())
        .isNotEqualTo(owner.taken(LANE).get(0).orderKey());
    Set<String> ids = new HashSet<>();
    owner.taken(LANE).forEach(record -> ids.add(record.event().id()));
    assertThat(ids).hasSize(6);
  }

  @Test
  void nothingIsLostThatChangesWhileNobodyReads() {
    makeTable();
    orders(0, 100);
    open(Map.of("payload", "row"));
    owner.pollUntil(source, "the rows that are there", () -> owner.count() == 100);
    orders(100, 200);
    owner.pollUntil(source, "a hundred more", () -> owner.count() == 200);
    for (SourceRecord record : owner.taken(LANE).subList(0, 150)) {
      owner.settle(LANE, record.position());
    }
    source.close(); // commits what is settled
    orders(200, 300);
    open(Map.of("payload", "row"));
    owner.pollUntil(
        source,
        "the last",
        () -> data(owner.taken(LANE).get(owner.count() - 1).event()).get("id").intValue() == 299);
    Set<Integer> seen = new HashSet<>();
    List<SourceRecord> again = owner.taken(LANE).subList(200, owner.count());
    again.forEach(record -> seen.add(data(record.event()).get("id").intValue()));
    assertThat(seen)
        .containsAll(IntStream.range(150, 300).boxed().toList())
        .doesNotContainAnyElementsOf(IntStream.range(0, 100).boxed().toList());
    Map<Integer, String> before = new HashMap<>();
    owner
        .taken(LANE)
        .subList(0, 200)
        .forEach(r -> before.put(data(r.event()).get("id").intValue(), r.event().id()));
    for (SourceRecord record : again) {
      int number = data(record.event()).get("id").intValue();
      assertThat(before.getOrDefault(number, record.event().id()))
          .as("the same change has the same id")
          .isEqualTo(record.event().id());
    }
  }

  /** Whether nothing of the first attempt was settled, or a part of it. */
  @Test
  void nothingIsLostThatChangesBetweenTwoAttemptsAtTheFirstSnapshot() {
    makeTable();
    orders(0, 4);
    open(Map.of());
    owner.pollUntil(source, "the rows that are there", () -> copy().size() == 4);
    source.close();
    execute(
        "DELETE FROM orders WHERE id = 1",
        "INSERT INTO orders VALUES (7, 'new', 1)",
        "DELETE FROM orders WHERE id = 7");
    int settled = owner.count();
    open(Map.of());
    owner.pollUntil(source, "what was deleted", () -> copy().equals(Set.of(0, 2, 3)));
    owner.settle(LANE, owner.taken(LANE).get(settled).position());
    source.close();
    execute("DELETE FROM orders WHERE id IN (0, 2)");
    open(Map.of());
    owner.pollUntil(source, "what else was deleted", () -> copy().equals(Set.of(3)));
    execute("INSERT INTO orders VALUES (9, 'new', 1)");
    owner.pollUntil(source, "a change since", () -> copy().equals(Set.of(3, 9)));
    Map<String, String> seen = new HashMap<>();
    for (SourceRecord record : owner.taken(LANE)) {
      String what = record.event().type() + " " + row(record.event());
      assertThat(seen.getOrDefault(record.event().id(), what)).isEqualTo(what);
      seen.put(record.event().id(), what);
    }
  }

  @Test
  void nothingIsLostBetweenSnapshotsAtEveryStart() {
    makeTable();
    orders(0, 2);
    open(Map.of("snapshot", "always"));
    owner.pollUntil(source, "the rows that are there", () -> copy().size() == 2);
    execute("INSERT INTO orders VALUES (5, 'new', 1)");
    owner.pollUntil(source, "a change", () -> copy().size() == 3);
    owner.settleAll();
    source.close();
    execute("DELETE FROM orders WHERE id = 0");
    int before = owner.count();
    open(Map.of("snapshot", "always"));
    owner.pollUntil(source, "what was deleted", () -> copy().equals(Set.of(1, 5)));
    assertThat(event(before).type()).isEqualTo("io.penstock.cdc.read");
  }

  /** The rows of a copy that is kept by what has come so far. */
  final Set<Integer> copy() {
    Set<Integer> copy = new HashSet<>();
    for (SourceRecord record : owner.taken(LANE)) {
      if (record.event().type().endsWith(".deleted")) {
        copy.remove(row(record.event()));
      } else {
        copy.add(row(record.event()));
      }
    }
    return copy;
  }

  private static int row(Event event) {
    JsonNode change = data(event);
    return change.get(change.get("after").isNull() ? "before" : "after").get("id").intValue();
  }

  @Test
  void aTableThatIsAlteredIsReadAsItWasAndAsItIs() {
    makeTable();
    open(Map.of("payload", "row"));
    orders(0, 1);
    owner.pollUntil(source, "a row", () -> owner.count() == 1);
    owner.settle(LANE, owner.taken(LANE).get(0).position());
    source.close();
    orders(1, 2);
    server.execute(
        database,
        "ALTER TABLE orders ADD COLUMN note VARCHAR(20)",
        "INSERT INTO orders VALUES (2, 'new', 1, 'fragile')");
    open(Map.of("payload", "row"));
    owner.pollUntil(source, "two more", () -> owner.count() == 3);
    assertThat(data(event(1)).get("id").intValue()).isEqualTo(1);
    assertThat(data(event(1)).path("note").isTextual()).isFalse();
    assertThat(data(event(2)).get("note").textValue()).isEqualTo("fragile");
  }

  @Test
  void goesOnWhenTheDatabaseIsBack() {
    makeTable();
    orders(0, 1);
    open(Map.of());
    owner.pollUntil(source, "the row that is there", () -> owner.count() == 1);
    owner.settleAll();
    ((LogSource) source).commit(owner.commits());
    server.restart();
    orders(1, 2);
    owner.pollUntil(source, "a row written since", () -> owner.count() == 2);
    assertThat(event(1).type()).isEqualTo("io.penstock.cdc.created");
  }

  @Test
  void tellsHowFarTheFirstReadingIs() {
    makeTable();
    int rows = 4_000;
    server.execute(
        database,
        "CREATE TABLE digits (d INT PRIMARY KEY)",
        "INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)",
        "INSERT INTO orders SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d, 'new', 1"
            + " FROM digits a, digits b, digits c, digits e WHERE e.d < 4",
        "ANALYZE " + server.tableWord() + " orders");
    open(Map.of());
    List<SnapshotProgress> seen = new ArrayList<>();
    owner.pollUntil(
        source,
        "all rows",
        () -> {
          ((LogSource) source).snapshot().ifPresent(seen::add);
          return owner.count() == rows;
        });
    assertThat(seen).isNotEmpty();
    SnapshotProgress last = seen.get(seen.size() - 1);
    assertThat(last.tables()).isEqualTo(1);
    assertThat(last.rows()).isBetween(1L, (long) rows);
    assertThat(last.percent().orElseThrow()).isBetween(1, 99);
    assertThat(last.timeLeft()).isPresent();
    orders(rows, rows + 1);
    owner.pollUntil(source, "a change", () -> owner.count() == rows + 1);
    assertThat(((LogSource) source).snapshot()).isEmpty();
  }

  @Test
  void rowsAreReadAgainWhenThatIsAskedForAndChangesGoOn() {
    makeTable();
    server.execute(
        database,
        "CREATE TABLE signals (id VARCHAR(42) PRIMARY KEY, type VARCHAR(32), data VARCHAR(2048))");
    orders(0, 1);
    open(Map.of("signals", table("signals")));
    owner.pollUntil(source, "the row that is there", () -> owner.count() == 1);
    server.execute(database, "UPDATE orders SET status = 'paid'");
    orders(1, 300);
    owner.pollUntil(source, "its end", () -> owner.count() == 301);
    assertThat(ask("{\"tables\":[\"" + table("orders") + "\"]}").status()).isEqualTo(202);
    orders(300, 400);
    owner.pollUntil(source, "every row again", () -> reads().size() >= 300);
    owner.pollUntil(source, "the changes too", () -> owner.count() >= 301 + 100 + reads().size());
    assertThat(reads()).containsAll(IntStream.range(0, 300).boxed().toList());
    assertThat(owner.taken(LANE))
        .extracting(record -> record.event().extensions().get("cdctable"))
        .as("signals are no events")
        .containsOnly(table("orders"));
    Set<String> ids = new HashSet<>();
    owner.taken(LANE).forEach(record -> ids.add(record.event().id()));
    assertThat(ids).hasSize(owner.count());
  }

  private List<Integer> reads() {
    return owner.taken(LANE).stream()
        .skip(1) // of the first snapshot
        .map(SourceRecord::event)
        .filter(event -> event.type().endsWith(".read"))
        .map(event -> data(event).get("after").get("id").intValue())
        .toList();
  }

  @Test
  void whatCannotBeReadAgainIsRefused() {
    makeTable();
    open(Map.of("snapshot", "never"));
    assertThat(ask("{\"tables\":[\"" + table("other") + "\"]}").status()).isEqualTo(400);
    assertThat(ask("no").status()).isEqualTo(400);
    assertThat(ask("{\"table\":[]}").status()).isEqualTo(400);
    assertThat(ask("{}").status()).as("there is no table of signals").isEqualTo(409);
    source.close();
    open(Map.of("snapshot", "never", "signals", table("other")));
    assertThat(ask("{}").status()).as("it has not the columns").isEqualTo(502);
  }

  private HttpRoute.Response ask(String body) {
    HttpRoute route = ((HttpRoute.Owner) source).httpRoutes().get(0);
    return route.handler().handle(new TestRequest(body)).toCompletableFuture().join();
  }
}
