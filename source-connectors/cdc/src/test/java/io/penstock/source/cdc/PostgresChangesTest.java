package io.penstock.source.cdc;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.SourceRecord;
import io.penstock.postgres.SharedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostgresChangesTest extends ChangesContract {

  @Override
  TestDatabase server() {
    return new TestDatabase.Postgres(SharedPostgres.server());
  }

  private boolean isRead() {
    try (Connection connection = SharedPostgres.server().connect(database);
        Statement statement = connection.createStatement();
        ResultSet active =
            statement.executeQuery(
                "SELECT active FROM pg_replication_slots WHERE database = current_database()")) {
      return active.next() && active.getBoolean(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void makeOrders() {
    execute(
        "CREATE TABLE orders (id INT PRIMARY KEY, status VARCHAR(20), total NUMERIC(10, 2))",
        "INSERT INTO orders VALUES (1, 'new', 1), (2, 'new', 2)");
  }

  @Test
  void aSlotThatIsThereIsReadFromWhereItStands() {
    makeOrders();
    execute(
        "CREATE PUBLICATION penstock FOR TABLE orders",
        "SELECT pg_create_logical_replication_slot('slot_" + database + "', 'pgoutput')",
        "DELETE FROM orders WHERE id = 1");
    open(Map.of());
    owner.pollUntil(source, "the row, and what was deleted", () -> owner.count() == 2);
    assertThat(List.of(event(0).type(), event(1).type()))
        .containsExactly("io.penstock.cdc.read", "io.penstock.cdc.deleted");
  }

  @Test
  void aSlotWhoseChangesAreThrownAwayIsMadeAnew() {
    makeOrders();
    open(Map.of());
    owner.pollUntil(source, "the rows that are there", () -> owner.count() == 2);
    source.close(); // nothing is settled
    execute("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'", "SELECT pg_reload_conf()");
    try {
      for (int i = 0; i < 4; i++) {
        execute("DELETE FROM orders WHERE id = " + i, "SELECT pg_switch_wal()", "CHECKPOINT");
      }
    } finally {
      execute("ALTER SYSTEM RESET max_slot_wal_keep_size", "SELECT pg_reload_conf()");
    }
    execute("INSERT INTO orders VALUES (3, 'new', 1)");
    open(Map.of());
    owner.pollUntil(source, "the row that is there now", () -> owner.count() == 3);
    execute("INSERT INTO orders VALUES (4, 'new', 1)");
    owner.pollUntil(source, "a change", () -> owner.count() == 4);
    assertThat(copy()).contains(3, 4);
  }

  /** As config-examples/outbox.json has it. */
  @Test
  void rowsOfAnOutboxAreEventsOfWhatTheyAreAbout() {
    execute(
        "CREATE TABLE outbox (id UUID PRIMARY KEY, aggregatetype VARCHAR(255),"
            + " aggregateid VARCHAR(255), type VARCHAR(255), payload JSONB)");
    open(
        Map.of(
            "tables",
            List.of(table("outbox")),
            "snapshot",
            "never",
            "properties",
            Map.of(
                "transforms", "outbox",
                "transforms.outbox.type", "io.debezium.transforms.outbox.EventRouter",
                "transforms.outbox.table.expand.json.payload", "true")));
    owner.pollUntil(source, "a reader of the log", this::isRead);
    String row = "INSERT INTO outbox VALUES (gen_random_uuid(), 'order', '%s', 'paid', '%s')";
    execute(row.formatted("o-1", "{\"total\": 3}"), row.formatted("o-1", "{\"total\": 4}"));
    execute("DELETE FROM outbox", row.formatted("o-2", "{\"total\": 5}"));
    owner.pollUntil(source, "three events", () -> owner.count() == 3);
    assertThat(event(0).extensions()).containsEntry("connecttopic", "outbox.event.order");
    assertThat(data(event(0)).get("total").intValue()).isEqualTo(3);
    assertThat(data(event(2)).get("total").intValue()).isEqualTo(5);
    List<SourceRecord> records = owner.taken(LANE);
    assertThat(records.get(0).orderKey())
        .isEqualTo(records.get(1).orderKey())
        .isNotEqualTo(records.get(2).orderKey());
  }
}
