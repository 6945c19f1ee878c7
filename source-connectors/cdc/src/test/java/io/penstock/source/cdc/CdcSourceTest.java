package io.penstock.source.cdc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.connector.Lane;
import io.penstock.connector.Source;
import io.penstock.connector.SourceRecord;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.functions.Event;
import io.penstock.postgres.SharedPostgres;
import io.penstock.postgres.ThrowAwayPostgres;
import io.penstock.testkit.contract.MemoryStateStore;
import io.penstock.testkit.contract.RecordingOwner;
import io.penstock.testkit.contract.TestSourceContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real PostgreSQL: its rows, its changes, and what happens while nobody reads. */
class CdcSourceTest {

  private static final Lane LANE = new Lane("0");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ThrowAwayPostgres server = SharedPostgres.server();
  private final String database = server.newDatabase();
  private final RecordingOwner owner = new RecordingOwner();
  private final MemoryStateStore state = new MemoryStateStore();
  private Source source;

  @AfterEach
  void end() {
    if (source != null) {
      source.close();
    }
  }

  private void open(Map<String, Object> more) {
    Map<String, Object> raw = new HashMap<>();
    raw.put("host", "127.0.0.1");
    raw.put("port", (long) server.port());
    raw.put("database", database);
    raw.put("user", ThrowAwayPostgres.USER);
    raw.put("password", ThrowAwayPostgres.USER);
    raw.put("tables", List.of("public.orders"));
    raw.put("slot", "slot_" + database);
    raw.putAll(more);
    CdcSourceProvider provider = new CdcSourceProvider();
    Problems problems = new Problems();
    Settings settings = provider.spec().read(raw, "$.source", problems);
    provider.check(settings, problems);
    assertThat(problems.list()).isEmpty();
    source = provider.create(settings, Path.of("no-such-folder"));
    source.open(TestSourceContext.of("orders", owner).withState(state));
  }

  private void orders(int from, int to) {
    server.execute(
        database,
        IntStream.range(from, to)
            .mapToObj(i -> "INSERT INTO orders VALUES (" + i + ", 'new', " + i + ".50)")
            .toArray(String[]::new));
  }

  private Event event(int index) {
    return owner.taken(LANE).get(index).event();
  }

  private static JsonNode data(Event event) {
    try {
      return JSON.readTree(event.data());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void makeTable() {
    server.execute(
        database,
        "CREATE TABLE orders (id INT PRIMARY KEY, status TEXT, total NUMERIC(10, 2))",
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
    assertThat(read.extensions()).containsEntry("cdctable", "public.orders");
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
    assertThat(updated.get("table").textValue()).isEqualTo("public.orders");
    assertThat(updated.get("after").get("status").textValue()).isEqualTo("paid");
    assertThat(updated.get("transaction").longValue()).isPositive();
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
}
