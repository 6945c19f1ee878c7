package io.penstock.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedPostgres.class)
class ThrowAwayPostgresTest {

  @Test
  void databasesAreEmptyAndTheLogCanBeRead(ThrowAwayPostgres server) throws Exception {
    String first = server.newDatabase();
    assertThat(server.newDatabase()).isNotEqualTo(first);
    server.execute(first, "CREATE TABLE t (id INT)", "INSERT INTO t VALUES (7)");
    try (Connection connection = server.connect(first);
        ResultSet rows =
            connection
                .createStatement()
                .executeQuery("SELECT id, current_setting('wal_level') FROM t")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(7);
      assertThat(rows.getString(2)).isEqualTo("logical");
    }
    assertThat(server.url(first)).startsWith("postgresql://postgres:");
  }

  @Test
  void whatItHasIsThereAfterARestart() throws Exception {
    try (ThrowAwayPostgres server = ThrowAwayPostgres.start()) {
      String database = server.newDatabase();
      server.execute(database, "CREATE TABLE t (id INT)", "INSERT INTO t VALUES (7)");
      int port = server.port();
      server.restart();
      assertThat(server.port()).isEqualTo(port);
      server.execute(database, "INSERT INTO t VALUES (8)");
    }
  }
}
