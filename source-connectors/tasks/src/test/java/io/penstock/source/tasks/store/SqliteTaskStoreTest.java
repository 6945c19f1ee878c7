package io.penstock.source.tasks.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteTaskStoreTest extends TaskStoreContract {

  @TempDir Path folder;

  @Override
  TaskStore open(Failpoints failpoints) {
    return SqliteTaskStore.open(folder.resolve("tasks.db"), "test-tasks", failpoints);
  }

  @Override
  List<Integer> partitions() {
    return List.of(0);
  }

  @Test
  void aFileOfANewerProgramIsRefused() throws SQLException {
    Path file = folder.resolve("newer.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("PRAGMA user_version = 99");
    }
    assertThatThrownBy(() -> SqliteTaskStore.open(file, "test-tasks", Failpoints.NONE))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("newer Penstock")
        .hasMessageContaining("99");
  }

  @Test
  void numbersRiseWithTimeAndReadBack() {
    AtomicLong nowMs = new AtomicLong(1_790_000_000_000L);
    TaskNumbers numbers = new TaskNumbers(() -> Instant.ofEpochMilli(nowMs.get()), 0, 5);
    long first = numbers.next();
    long second = numbers.next();
    nowMs.addAndGet(-5_000);
    long third = numbers.next();
    nowMs.addAndGet(10_000);
    long fourth = numbers.next();
    assertThat(new long[] {first, second, third, fourth}).isSorted().doesNotHaveDuplicates();
    assertThat(TaskNumbers.timeMs(first)).isEqualTo(1_790_000_000_000L);
    assertThat(TaskNumbers.text(first)).isLessThan(TaskNumbers.text(fourth)).hasSize(13);
    assertThat(TaskNumbers.number(TaskNumbers.text(fourth))).hasValue(fourth);
    assertThat(TaskNumbers.number("nothing")).isEmpty();
    assertThat(TaskNumbers.number("uuuuuuuuuuuuu")).isEmpty();
    TaskNumbers elsewhere = new TaskNumbers(() -> Instant.ofEpochMilli(0), fourth, 6);
    assertThat(elsewhere.next()).isGreaterThan(fourth).isNotEqualTo(numbers.next());
  }
}
