package io.penstock.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** State in a folder: what is kept, and what is refused. */
class FileStateStoreTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-02-03T04:05:06.789Z"), ZoneOffset.UTC);

  @TempDir Path folder;

  @Test
  void values_are_kept_over_a_restart() {
    try (FileStateStore store = FileStateStore.open(folder)) {
      assertThat(store.get("connectors/orders/pause")).isEmpty();
      store.put("connectors/orders/pause", bytes("by ann"));
      store.put("empty", new byte[0]);
      assertThat(text(store, "connectors/orders/pause")).isEqualTo("by ann");
    }
    try (FileStateStore store = FileStateStore.open(folder)) {
      assertThat(text(store, "connectors/orders/pause")).isEqualTo("by ann");
      assertThat(text(store, "empty")).isEmpty();
      store.put("connectors/orders/pause", bytes("by bob"));
      assertThat(text(store, "connectors/orders/pause")).isEqualTo("by bob");
      store.delete("connectors/orders/pause");
      store.delete("connectors/orders/pause");
      assertThat(store.get("connectors/orders/pause")).isEmpty();
      assertThat(store.keys("")).containsExactly("empty");
    }
  }

  @Test
  void a_value_is_a_copy() {
    try (FileStateStore store = FileStateStore.open(folder)) {
      byte[] value = bytes("abc");
      store.put("a", value);
      value[0] = 'x';
      store.get("a").orElseThrow()[1] = 'x';
      assertThat(text(store, "a")).isEqualTo("abc");
    }
  }

  @Test
  void keys_are_listed_by_whole_segments() {
    try (FileStateStore store = FileStateStore.open(folder)) {
      for (String key : List.of("a/b", "a", "a/b/c", "ab", "A/b", "a.b", "a/B", "..", "a/..")) {
        store.put(key, bytes(key));
      }
      assertThat(store.keys("")).hasSize(9).isSorted();
      assertThat(store.keys("a")).containsExactly("a", "a/..", "a/B", "a/b", "a/b/c");
      assertThat(store.keys("a/b")).containsExactly("a/b", "a/b/c");
      assertThat(store.keys("x")).isEmpty();
      for (String key : store.keys("")) {
        assertThat(text(store, key)).isEqualTo(key);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "a/", "/a", "a//b", "a b", "a,b", "a=b", "ä", "a\\b", "a\u0000"})
  void what_is_no_key_is_refused(String key) {
    try (FileStateStore store = FileStateStore.open(folder)) {
      assertThatThrownBy(() -> store.put(key, bytes("x")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("segments of letters");
      assertThatThrownBy(() -> store.get(key)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.delete(key)).isInstanceOf(IllegalArgumentException.class);
      if (!key.isEmpty()) {
        assertThatThrownBy(() -> store.keys(key)).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void a_key_that_makes_no_file_name_is_refused() {
    try (FileStateStore store = FileStateStore.open(folder)) {
      store.put("x".repeat(200), bytes("fits"));
      assertThatThrownBy(() -> store.put("X".repeat(101), bytes("x")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("too long: 202 characters");
    }
  }

  @Test
  void it_does_what_a_map_does() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<String, String> model = new TreeMap<>();
    FileStateStore store = FileStateStore.open(folder);
    for (int i = 0; i < 400; i++) {
      String key = (random.nextBoolean() ? "a/" : "B/") + random.nextInt(8);
      switch (random.nextInt(6)) {
        case 0 -> {
          store.delete(key);
          model.remove(key);
        }
        case 1 -> {
          store.close();
          store = FileStateStore.open(folder);
        }
        default -> {
          String value = "v".repeat(random.nextInt(5_000)) + i;
          store.put(key, bytes(value));
          model.put(key, value);
        }
      }
      assertThat(store.keys("")).as("seed %s", seed).containsExactlyElementsOf(model.keySet());
      String probe = (random.nextBoolean() ? "a/" : "B/") + random.nextInt(8);
      assertThat(store.get(probe).map(v -> new String(v, UTF_8)).orElse(null))
          .as("seed %s", seed)
          .isEqualTo(model.get(probe));
    }
    store.close();
  }

  @Test
  void several_threads_may_write_the_same_key() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (FileStateStore store = FileStateStore.open(folder)) {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        String value = String.valueOf(t).repeat(20_000);
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 25; i++) {
                    store.put("shared", bytes(value));
                    String seen = text(store, "shared");
                    assertThat(seen).hasSize(20_000).isEqualTo(seen.substring(0, 1).repeat(20_000));
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void an_interrupted_thread_can_write_and_stays_interrupted() {
    try (FileStateStore store = FileStateStore.open(folder)) {
      Thread.currentThread().interrupt();
      store.put("a", bytes("x"));
      store.delete("b");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(text(store, "a")).isEqualTo("x");
    }
  }

  @Test
  void the_failpoints_stand_around_the_rename() {
    List<String> reached = new ArrayList<>();
    Failpoints failpoints =
        name -> reached.add(name + " " + Files.exists(folder.resolve("state/a.state")));
    try (FileStateStore store = FileStateStore.open(folder, CLOCK, failpoints)) {
      store.put("a", bytes("x"));
    }
    assertThat(reached).containsExactly("state-before-rename false", "state-after-rename true");
  }

  @Test
  void a_put_that_is_cut_off_before_the_rename_leaves_the_old_value() throws IOException {
    try (FileStateStore store = FileStateStore.open(folder)) {
      store.put("a", bytes("old"));
    }
    Failpoints dies =
        name -> {
          throw new IllegalStateException("killed at " + name);
        };
    try (FileStateStore store = FileStateStore.open(folder, CLOCK, dies)) {
      assertThatThrownBy(() -> store.put("a", bytes("new"))).hasMessageContaining("before-rename");
    }
    try (FileStateStore store = FileStateStore.open(folder)) {
      assertThat(text(store, "a")).isEqualTo("old");
      assertThat(store.keys("")).containsExactly("a");
    }
    try (Stream<Path> files = Files.list(folder.resolve("state"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void a_second_worker_is_refused_and_told_who_is_there() {
    FileStateStore first = FileStateStore.open(folder, CLOCK, Failpoints.NONE);
    Path same = folder.resolve("../" + folder.getFileName());
    assertThatThrownBy(() -> FileStateStore.open(same))
        .isInstanceOfSatisfying(ConnectorException.class, FileStateStoreTest::isFatal)
        .hasMessageContaining("is in use by another worker (process ")
        .hasMessageContaining(ProcessHandle.current().pid() + " on host ")
        .hasMessageContaining(" since 2026-02-03T04:05:06Z")
        .hasMessageContaining("--data");
    first.put("still", bytes("works"));
    first.close();
    first.close();
    FileStateStore.open(folder).close();
  }

  @Test
  void a_closed_store_refuses_everything() {
    FileStateStore store = FileStateStore.open(folder);
    store.close();
    assertThatThrownBy(() -> store.get("a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.put("a", bytes(""))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.delete("a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.keys("")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void damaged_and_foreign_files_are_told_by_name() throws IOException {
    try (FileStateStore store = FileStateStore.open(folder)) {
      store.put("a", bytes("value"));
      Path file = folder.resolve("state/a.state");
      byte[] good = Files.readAllBytes(file);

      for (int i = 0; i < good.length; i++) {
        byte[] damaged = good.clone();
        damaged[i] ^= 0x10;
        Files.write(file, damaged);
        assertUnreadable(store, "a", file);
      }
      for (int length = 0; length < good.length; length++) {
        Files.write(file, java.util.Arrays.copyOf(good, length));
        assertUnreadable(store, "a", file);
      }
      Files.writeString(file, "{\"hello\":\"world\"}");
      assertUnreadable(store, "a", file);
      byte[] newer = good.clone();
      newer[2] = 2;
      Files.write(file, newer);
      assertThatThrownBy(() -> store.get("a"))
          .hasMessageContaining("version 2, and this Penstock reads version 1");

      Files.write(file, good);
      assertThat(text(store, "a")).isEqualTo("value");
    }
  }

  private static void assertUnreadable(FileStateStore store, String key, Path file) {
    assertThatThrownBy(() -> store.get(key))
        .isInstanceOfSatisfying(ConnectorException.class, FileStateStoreTest::isFatal)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("remove the file");
  }

  @Test
  void files_of_others_in_the_folder_are_no_keys() throws IOException {
    try (FileStateStore store = FileStateStore.open(folder)) {
      store.put("a", bytes("x"));
      for (String name : List.of("notes.txt", ".state", "a,.state", "A.state", "==a.state", "=")) {
        Files.writeString(folder.resolve("state").resolve(name), "x");
      }
      assertThat(store.keys("")).containsExactly("a");
    }
  }

  @Test
  void a_folder_that_can_not_be_made_is_told() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> FileStateStore.open(file.resolve("below")))
        .isInstanceOfSatisfying(ConnectorException.class, FileStateStoreTest::isFatal)
        .hasMessageContaining(file.resolve("below").toString())
        .hasMessageContaining("Give the worker a folder");
  }

  @Test
  void a_disk_that_fails_is_worth_another_try() throws IOException {
    try (FileStateStore store = FileStateStore.open(folder)) {
      store.put("a", bytes("x"));
      Path state = folder.resolve("state");
      Path aside = Files.move(state, folder.resolve("aside"));
      assertThatThrownBy(() -> store.put("a", bytes("y")))
          .isInstanceOfSatisfying(
              ConnectorException.class,
              e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.RETRY))
          .hasMessageContaining("can't write")
          .hasMessageContaining("free space");
      assertThatThrownBy(() -> store.keys("")).isInstanceOf(ConnectorException.class);
      Files.move(aside, state);
      store.put("a", bytes("y"));
      assertThat(text(store, "a")).isEqualTo("y");
    }
  }

  private static void isFatal(ConnectorException e) {
    assertThat(e.category()).isEqualTo(ConnectorException.Category.FATAL);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(FileStateStore store, String key) {
    return new String(store.get(key).orElseThrow(), UTF_8);
  }

  @Test
  void each_source_has_a_folder_of_its_own() {
    try (FileStateStore store = FileStateStore.open(folder)) {
      Path orders = store.sourceFolder("orders.v1");

      assertThat(orders).isEqualTo(store.sourceFolder("orders.v1")).doesNotExist();
      assertThat(orders.getParent()).isEqualTo(folder.toAbsolutePath().resolve("sources"));
      assertThat(store.sourceFolder("Orders.v1").toString())
          .as("some file systems don't tell them apart")
          .isNotEqualToIgnoringCase(orders.toString());
      for (String none : List.of("", ".", "..", ".hidden", "a/b", "a b")) {
        assertThatThrownBy(() -> store.sourceFolder(none))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
