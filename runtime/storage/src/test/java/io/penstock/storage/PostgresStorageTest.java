package io.penstock.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Lease;
import io.penstock.connector.Leases;
import io.penstock.postgres.SharedPostgres;
import io.penstock.postgres.ThrowAwayPostgres;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State in a PostgreSQL, which two workers share. */
class PostgresStorageTest extends StorageContract {

  private static final Duration SHORT = Duration.ofMillis(1_500);

  private final ThrowAwayPostgres server = SharedPostgres.server();
  private final String database = server.newDatabase();

  @TempDir Path one;
  @TempDir Path two;

  @Override
  Storage.Options options(Path folder) {
    return Storage.Options.in(folder).sharedIn(PostgresAddress.parse(server.url(database), null));
  }

  @Test
  void two_workers_share_pauses_but_not_what_lies_on_their_disks() {
    try (Storage a = Storage.open(options(one));
        Storage b = Storage.open(options(two))) {
      a.state().put("connectors/orders/pause", bytes("by ann"));
      assertThat(text(b.state(), "connectors/orders/pause")).isEqualTo("by ann");
      a.sourceState().put("http/orders/positions", bytes("a"));
      b.sourceState().put("http/orders/positions", bytes("b"));
      assertThat(text(a.sourceState(), "http/orders/positions")).isEqualTo("a");
      assertThat(text(b.sourceState(), "http/orders/positions")).isEqualTo("b");
    }
  }

  @Test
  void a_lease_that_was_given_up_can_be_taken_at_once_and_one_that_is_held_can_not() {
    try (Storage a = Storage.open(options(one), SHORT);
        Storage b = Storage.open(options(two), SHORT)) {
      Lease first = granted(a.leases().acquire("stream"));
      await()
          .during(SHORT.multipliedBy(2))
          .atMost(SHORT.multipliedBy(4))
          .until(() -> b.leases().acquire("stream") instanceof Leases.Answer.Held);
      assertThat(first.isHeld()).as("it was renewed").isTrue();
      first.close();
      Lease second = granted(b.leases().acquire("stream"));
      second.state().put("position", bytes("2"));
      assertThatThrownBy(() -> first.state().put("position", bytes("1")))
          .isInstanceOf(ConnectorException.class);
      assertThat(text(a.state(), "position")).isEqualTo("2");
    }
  }

  @Test
  void an_owner_that_can_not_renew_stops_in_time_and_is_fenced() {
    try (Storage a = Storage.open(options(one), SHORT);
        Storage b = Storage.open(options(two), SHORT)) {
      Lease stale = granted(a.leases().acquire("stream"));
      server.execute(database, "UPDATE penstock.lease SET epoch = epoch + 1, owner = 'somebody'");
      await().atMost(Duration.ofSeconds(10)).until(() -> !stale.isHeld());
      assertThatThrownBy(() -> stale.state().put("position", bytes("1")))
          .isInstanceOf(ConnectorException.class);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> b.leases().acquire("stream") instanceof Leases.Answer.Granted);
      assertThat(b.state().get("position")).isEmpty();
    }
  }

  /** Takes the lease, writes, and goes on until it is killed. */
  static final class Owner {

    private Owner() {}

    /**
     * Runs.
     *
     * @param args folder and URL
     */
    public static void main(String[] args) {
      Storage.Options options =
          Storage.Options.in(Path.of(args[0])).sharedIn(PostgresAddress.parse(args[1], null));
      try (Storage storage = Storage.open(options)) {
        Lease lease = granted(storage.leases().acquire("stream"));
        for (int i = 1; ; i++) {
          lease.state().put("position", bytes(String.valueOf(i)));
          System.out.println(i);
        }
      }
    }
  }

  @Test
  void a_killed_owners_lease_is_taken_over_within_ten_seconds() throws Exception {
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName(),
                one.toString(),
                server.url(database))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (Storage next = Storage.open(options(two));
        BufferedReader out =
            new BufferedReader(
                new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      for (int i = 0; i < 20; i++) {
        line = out.readLine();
      }
      assertThat(next.leases().acquire("stream"))
          .isInstanceOfSatisfying(
              Leases.Answer.Held.class,
              held -> assertThat(held.holder()).contains("process " + owner.pid() + " on host"));
      owner.toHandle().destroyForcibly();
      String durable = line;
      for (; line != null; line = out.readLine()) {
        durable = line;
      }
      assertThat(owner.waitFor(30, TimeUnit.SECONDS)).isTrue();
      await()
          .pollInterval(Duration.ofMillis(250))
          .atMost(Duration.ofSeconds(10))
          .until(() -> next.leases().acquire("stream") instanceof Leases.Answer.Granted);
      assertThat(Integer.parseInt(text(next.state(), "position")))
          .isBetween(Integer.parseInt(durable), Integer.parseInt(durable) + 1);
    }
  }

  @Test
  void a_connection_that_the_server_ends_is_made_anew() {
    try (Storage a = Storage.open(options(one))) {
      a.state().put("a", bytes("before"));
      server.execute(
          database,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'penstock'");
      assertThat(text(a.state(), "a")).isEqualTo("before");
      server.execute(
          database,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'penstock'");
      a.state().put("a", bytes("after"));
      assertThat(text(a.state(), "a")).isEqualTo("after");
    }
  }

  @Test
  void several_workers_may_start_on_an_empty_database_at_once() throws Exception {
    String empty = server.newDatabase();
    List<Path> folders = List.of(one, two);
    List<Storage> open =
        folders.parallelStream()
            .map(
                folder ->
                    Storage.open(
                        Storage.Options.in(folder)
                            .sharedIn(PostgresAddress.parse(server.url(empty), null))))
            .toList();
    open.get(0).state().put("a", bytes("x"));
    assertThat(text(open.get(1).state(), "a")).isEqualTo("x");
    open.forEach(Storage::close);
  }

  @Test
  void a_server_that_is_away_or_refuses_is_told_without_the_password() {
    String url = "postgresql://ann:sesame@127.0.0.1:1/penstock";
    Storage.Options away = Storage.Options.in(one).sharedIn(PostgresAddress.parse(url, null));
    assertThatThrownBy(() -> Storage.open(away))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("127.0.0.1:1/penstock")
        .hasMessageNotContaining("sesame");
    assertThatThrownBy(() -> Storage.check(PostgresAddress.parse(url, null)))
        .isInstanceOf(ConnectorException.class)
        .hasMessageNotContaining("sesame");
    Storage.check(PostgresAddress.parse(server.url(database), null));
    Storage.open(Storage.Options.in(one)).close(); // the folder is free again
  }
}
