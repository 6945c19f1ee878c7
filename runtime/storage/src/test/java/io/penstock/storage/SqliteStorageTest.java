package io.penstock.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.ConnectorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State in a worker's own folder, and what older workers left there. */
class SqliteStorageTest extends StorageContract {

  @TempDir Path other;

  @Override
  Storage.Options options(Path folder) {
    return Storage.Options.in(folder);
  }

  /** As Penstock kept a value before: the magic, version 1, the checksum, the value. */
  private static byte[] file(String value) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes(value));
    return ByteBuffer.allocate(7 + value.length())
        .put(new byte[] {'P', 'S', 1})
        .putInt((int) checksum.getValue())
        .put(bytes(value))
        .array();
  }

  private void write(String name, byte[] content) throws IOException {
    Files.createDirectories(other.resolve("state"));
    Files.write(other.resolve("state").resolve(name), content);
  }

  @Test
  void an_older_workers_state_is_taken_over_once() throws IOException {
    write("connectors,=orders,pause.state", file("by ann"));
    write("http,orders,positions.state", file("1\n0 12 \n"));
    write("http,orders,positions.state.tmp", file("cut off"));
    write("notes.txt", bytes("not ours"));
    for (String name : List.of("a,.state", ".state", "A.state", "=.state")) {
      write(name, bytes("no keys"));
    }
    try (Storage storage = Storage.open(options(other))) {
      assertThat(storage.state().keys(""))
          .containsExactly("connectors/Orders/pause", "http/orders/positions");
      assertThat(text(storage.state(), "connectors/Orders/pause")).isEqualTo("by ann");
      assertThat(text(storage.sourceState(), "http/orders/positions")).isEqualTo("1\n0 12 \n");
      storage.state().put("connectors/Orders/pause", bytes("by bob"));
    }
    assertThat(other.resolve("state")).doesNotExist();
    assertThat(other.resolve("state.imported")).isDirectory();
    try (Storage storage = Storage.open(options(other))) {
      assertThat(text(storage.state(), "connectors/Orders/pause")).isEqualTo("by bob");
    }
  }

  @Test
  void an_older_worker_that_ran_again_is_told() throws IOException {
    write("a.state", file("old"));
    Storage.open(options(other)).close();
    write("a.state", file("older worker again"));
    assertThatThrownBy(() -> Storage.open(options(other)))
        .isInstanceOfSatisfying(ConnectorException.class, StorageContract::isFatal)
        .hasMessageContaining("an older Penstock has written to")
        .hasMessageContaining("Remove one of the two folders");
    Files.delete(other.resolve("state/a.state"));
    try (Storage storage = Storage.open(options(other))) {
      assertThat(text(storage.state(), "a")).isEqualTo("old");
    }
  }

  @Test
  void an_older_workers_damaged_file_is_told_by_name() throws IOException {
    byte[] good = file("value");
    for (byte[] bad :
        List.of(
            Arrays.copyOf(good, 3),
            Arrays.copyOf(good, good.length - 1),
            bytes("{\"hello\":\"world\"}"))) {
      write("a.state", bad);
      assertThatThrownBy(() -> Storage.open(options(other)))
          .isInstanceOfSatisfying(ConnectorException.class, StorageContract::isFatal)
          .hasMessageContaining(other.resolve("state/a.state").toString())
          .hasMessageContaining("remove the file");
    }
    byte[] newer = good.clone();
    newer[2] = 2;
    write("a.state", newer);
    assertThatThrownBy(() -> Storage.open(options(other)))
        .hasMessageContaining("version 2, and this Penstock reads version 1");
    write("a.state", good);
    try (Storage storage = Storage.open(options(other))) {
      assertThat(text(storage.state(), "a")).isEqualTo("value");
    }
  }

  @Test
  void each_commit_is_forced_to_disk() throws Exception {
    Path file = other.resolve("state.db");
    try (Connection connection = new SqliteDatabase(file).connect();
        Statement statement = connection.createStatement()) {
      for (String[] pragma : new String[][] {{"synchronous", "2"}, {"journal_mode", "wal"}}) {
        try (ResultSet rows = statement.executeQuery("PRAGMA " + pragma[0])) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getString(1)).as(pragma[0]).isEqualTo(pragma[1]);
        }
      }
    }
  }

  @Test
  void a_folder_that_can_not_be_made_is_told() throws IOException {
    Path file = Files.writeString(other.resolve("file"), "x");
    assertThatThrownBy(() -> Storage.open(options(file.resolve("below"))))
        .isInstanceOfSatisfying(ConnectorException.class, StorageContract::isFatal)
        .hasMessageContaining(file.resolve("below").toString())
        .hasMessageContaining("Give the worker a folder");
  }

  @Test
  void a_file_that_is_no_database_is_told() throws IOException {
    Files.write(other.resolve("state.db"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
    assertThatThrownBy(() -> Storage.open(options(other)))
        .isInstanceOfSatisfying(ConnectorException.class, StorageContract::isFatal)
        .hasMessageContaining("state.db")
        .hasMessageContaining("put back a good copy");
  }
}
