package io.penstock.mariadb;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import org.junit.jupiter.api.Test;

class ThrowAwayMariaDbTest {

  @Test
  void itKeepsALogOfRowsAndWhatItHadOverARestart() throws Exception {
    try (ThrowAwayMariaDb server = ThrowAwayMariaDb.start()) {
      String database = server.newDatabase();
      assertThat(server.newDatabase()).isNotEqualTo(database);
      server.execute(database, "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (7)");
      int port = server.port();
      server.restart();
      assertThat(server.port()).isEqualTo(port);
      try (Connection connection = server.connect(database);
          ResultSet rows =
              connection.createStatement().executeQuery("SELECT id, @@binlog_format FROM t")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(7);
        assertThat(rows.getString(2)).isEqualTo("ROW");
      }
    }
  }
}
