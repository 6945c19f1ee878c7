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
