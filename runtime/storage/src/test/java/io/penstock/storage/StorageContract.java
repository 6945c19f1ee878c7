package io.penstock.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import io.penstock.connector.Lease;
import io.penstock.connector.Leases;
import io.penstock.connector.StateStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds wherever state is kept. */
abstract class StorageContract {

  static final Clock CLOCK = Clock.fixed(Instant.parse("2026-02-03T04:05:06.789Z"), ZoneOffset.UTC);

  @TempDir Path folder;
  private Storage storage;

  /** Where one test keeps its state: the same for each call within a test. */
  abstract Storage.Options options(Path folder);

  @BeforeEach
  void open() {
    storage = Storage.open(options(folder));
  }

  @AfterEach
  void close() {
    storage.close();
  }

  private Storage reopened(Failpoints failpoints) {
    storage.close();
    Storage.Options plain = options(folder);
    storage = Storage.open(new Storage.Options(plain.folder(), plain.shared(), CLOCK, failpoints));
    return storage;
  }

  private Storage reopened() {
    return reopened(Failpoints.NONE);
  }

  private StateStore state() {
    return storage.state();
  }

  @Test
  void values_are_kept_over_a_restart() {
    assertThat(state().get("connectors/orders/pause")).isEmpty();
    state().put("connectors/orders/pause", bytes("by ann"));
    state().put("empty", new byte[0]);
    assertThat(text(state(), "connectors/orders/pause")).isEqualTo("by ann");

    reopened();
    assertThat(text(state(), "connectors/orders/pause")).isEqualTo("by ann");
    assertThat(text(state(), "empty")).isEmpty();
    state().put("connectors/orders/pause", bytes("by bob"));
    assertThat(text(state(), "connectors/orders/pause")).isEqualTo("by bob");
    state().delete("connectors/orders/pause");
    state().delete("connectors/orders/pause");
    assertThat(state().get("connectors/orders/pause")).isEmpty();
    assertThat(state().keys("")).containsExactly("empty");
  }

  @Test
  void what_sources_keep_is_kept_over_a_restart() {
    storage.sourceState().put("http/orders/positions", bytes("7"));
    assertThat(storage.sourceState().keys("")).containsExactly("http/orders/positions");
    assertThat(storage.sourceState().keys("http")).containsExactly("http/orders/positions");
    assertThat(storage.sourceState().values("http")).containsOnlyKeys("http/orders/positions");
    reopened();
    assertThat(text(storage.sourceState(), "http/orders/positions")).isEqualTo("7");
    storage.sourceState().delete("http/orders/positions");
    assertThat(storage.sourceState().keys("")).isEmpty();
    assertThat(state().keys("")).isEmpty();
  }

  @Test
  void several_values_are_set_at_once() {
    state().put("a", bytes("old"));
    state().putAll(Map.of());
    state().putAll(Map.of("a", bytes("1"), "b/c", bytes("2"), "b/d", new byte[0]));
    assertThat(text(state(), "a")).isEqualTo("1");
    assertThat(text(state(), "b/c")).isEqualTo("2");
    assertThat(text(state(), "b/d")).isEmpty();
    assertThatThrownBy(() -> state().putAll(Map.of("a", bytes("3"), "no key", bytes("x"))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(text(state(), "a")).isEqualTo("1");
  }

  @Test
  void a_large_value_of_any_bytes_is_kept() {
    byte[] value = new byte[3 << 20];
    new Random(1).nextBytes(value);
    state().put("large", value);
    assertThat(state().get("large").orElseThrow()).isEqualTo(value);
  }

  @Test
  void keys_are_listed_by_whole_segments() {
    for (String key :
        List.of("a/b", "a", "a/b/c", "ab", "A/b", "a.b", "a-b", "a/B", "..", "a/..")) {
      state().put(key, bytes(key));
    }
    assertThat(state().keys("")).hasSize(10).isSorted();
    assertThat(state().keys("a")).containsExactly("a", "a/..", "a/B", "a/b", "a/b/c");
    assertThat(state().keys("a/b")).containsExactly("a/b", "a/b/c");
    assertThat(state().keys("x")).isEmpty();
    assertThat(state().values("a/b")).containsOnlyKeys("a/b", "a/b/c");
    assertThat(state().values("")).hasSize(10);
    for (String key : state().keys("")) {
      assertThat(text(state(), key)).isEqualTo(key);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "a/", "/a", "a//b", "a b", "a,b", "a=b", "ä", "a\\b", "a\u0000"})
  void what_is_no_key_is_refused(String key) {
    assertThatThrownBy(() -> state().put(key, bytes("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("segments of letters");
    assertThatThrownBy(() -> state().get(key)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> state().delete(key)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> storage.leases().acquire(key))
        .isInstanceOf(IllegalArgumentException.class);
    if (!key.isEmpty()) {
      assertThatThrownBy(() -> state().keys(key)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_key_that_is_too_long_is_refused() {
    state().put("x".repeat(500), bytes("fits"));
    assertThatThrownBy(() -> state().put("x".repeat(501), bytes("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too long: 501 characters");
  }

  @Test
  void it_does_what_a_map_does() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<String, String> model = new TreeMap<>();
    for (int i = 0; i < 300; i++) {
      String key = (random.nextBoolean() ? "a/" : "B/") + random.nextInt(8);
      switch (random.nextInt(50)) {
        case 0 -> reopened();
        case 1, 2, 3, 4, 5, 6, 7 -> {
          state().delete(key);
          model.remove(key);
        }
        default -> {
          String value = "v".repeat(random.nextInt(5_000)) + i;
          state().put(key, bytes(value));
          model.put(key, value);
        }
      }
      assertThat(state().keys("")).as("seed %s", seed).containsExactlyElementsOf(model.keySet());
      String probe = (random.nextBoolean() ? "a/" : "B/") + random.nextInt(8);
      assertThat(state().get(probe).map(v -> new String(v, UTF_8)).orElse(null))
          .as("seed %s", seed)
          .isEqualTo(model.get(probe));
    }
  }

  @Test
  void threads_that_write_at_the_same_time_share_a_transaction() throws Exception {
    AtomicInteger commits = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(8);
    reopened(
        name -> {
          if (name.equals("state-before-commit")) {
            commits.incrementAndGet();
            try { // the first holds the disk until the others have come
              assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        });
    // Opening may have written on its own account.
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        String key = "writer/" + t;
        writers.add(
            threads.submit(
                () -> {
                  all.countDown();
                  for (int i = 0; i < 50; i++) {
                    storage.state().put(key, bytes(String.valueOf(i)));
                    assertThat(text(storage.state(), key)).isEqualTo(String.valueOf(i));
                  }
                }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(commits.get()).isLessThan(8 * 50);
  }

  @Test
  void an_interrupted_thread_can_write_and_stays_interrupted() {
    Thread.currentThread().interrupt();
    state().put("a", bytes("x"));
    state().delete("b");
    assertThat(text(state(), "a")).isEqualTo("x");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void a_write_that_is_cut_off_before_its_commit_leaves_the_old_value() {
    state().put("a", bytes("old"));
    List<String> reached = new ArrayList<>();
    Storage dying =
        reopened(
            name -> {
              reached.add(name);
              if (name.equals("state-before-commit") && reached.size() > 2) {
                throw new IllegalStateException("killed at " + name);
              }
            });
    reached.clear();
    dying.state().put("b", bytes("whole"));
    assertThat(reached).containsExactly("state-before-commit", "state-after-commit");
    assertThatThrownBy(() -> dying.state().put("a", bytes("new")))
        .hasMessageContaining("killed at state-before-commit");
    assertThatThrownBy(() -> dying.state().delete("a")).hasMessageContaining("killed");
    reached.clear();
    reopened();
    assertThat(text(state(), "a")).isEqualTo("old");
    assertThat(text(state(), "b")).isEqualTo("whole");
  }

  @Test
  void a_closed_store_refuses_everything() {
    StateStore state = state();
    Leases leases = storage.leases();
    storage.close();
    storage.close();
    assertThatThrownBy(() -> state.get("a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> state.put("a", bytes(""))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> state.delete("a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> state.keys("")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> leases.acquire("a")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_second_worker_on_the_same_folder_is_refused_and_told_who_is_there() {
    reopened();
    Storage.Options same = options(folder.resolve("../" + folder.getFileName()));
    assertThatThrownBy(() -> Storage.open(same))
        .isInstanceOfSatisfying(ConnectorException.class, StorageContract::isFatal)
        .hasMessageContaining("is in use by another worker (process ")
        .hasMessageContaining(ProcessHandle.current().pid() + " on host ")
        .hasMessageContaining(" since 2026-02-03T04:05:06Z")
        .hasMessageContaining("--data");
    state().put("still", bytes("works"));
  }

  @Test
  void a_lease_has_one_owner_and_its_epoch_rises() {
    Lease first = granted(storage.leases().acquire("connectors/orders/source"));
    assertThat(first.isHeld()).isTrue();
    assertThat(first.name()).isEqualTo("connectors/orders/source");
    assertThat(storage.leases().acquire("connectors/orders/source"))
        .isInstanceOfSatisfying(
            Leases.Answer.Held.class,
            held -> assertThat(held.holder()).contains("process ", " on host "));
    granted(storage.leases().acquire("connectors/other/source")).close();

    first.close();
    first.close();
    assertThat(first.isHeld()).isFalse();
    Lease second = granted(storage.leases().acquire("connectors/orders/source"));
    assertThat(second.epoch()).isGreaterThan(first.epoch());

    Lease third = granted(reopened().leases().acquire("connectors/orders/source"));
    assertThat(third.epoch()).isGreaterThan(second.epoch());
  }

  @Test
  void who_had_a_lease_before_can_not_write_any_more() {
    Lease stale = granted(storage.leases().acquire("stream"));
    stale.state().put("stream/position", bytes("1"));
    stale.close();
    Lease owner = granted(storage.leases().acquire("stream"));
    owner.state().put("stream/position", bytes("2"));

    assertThatThrownBy(() -> stale.state().put("stream/position", bytes("1")))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.RETRY))
        .hasMessageContaining("the lease of stream has been taken by another owner");
    assertThatThrownBy(() -> stale.state().delete("stream/position"))
        .isInstanceOf(ConnectorException.class);

    assertThat(text(stale.state(), "stream/position")).as("reading is free").isEqualTo("2");
    assertThat(text(state(), "stream/position")).as("the state is shared").isEqualTo("2");
    owner.state().delete("stream/position");
    assertThat(state().keys("stream")).isEmpty();
  }

  @Test
  void each_source_has_a_folder_of_its_own() {
    Path orders = storage.sourceFolder("orders.v1");
    assertThat(orders).isEqualTo(storage.sourceFolder("orders.v1")).doesNotExist();
    assertThat(orders.getParent()).isEqualTo(folder.toAbsolutePath().resolve("sources"));
    assertThat(storage.sourceFolder("Orders.v1").toString())
        .as("some file systems don't tell them apart")
        .isNotEqualToIgnoringCase(orders.toString());
    for (String none : List.of("", ".", "..", ".hidden", "a/b", "a b")) {
      assertThatThrownBy(() -> storage.sourceFolder(none))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  static Lease granted(Leases.Answer answer) {
    assertThat(answer).isInstanceOf(Leases.Answer.Granted.class);
    return ((Leases.Answer.Granted) answer).lease();
  }

  static void isFatal(ConnectorException e) {
    assertThat(e.category()).isEqualTo(ConnectorException.Category.FATAL);
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static String text(StateStore store, String key) {
    return new String(store.get(key).orElseThrow(), UTF_8);
  }
}
