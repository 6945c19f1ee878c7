package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.ArmSettings;
import io.penstock.benchmarks.arm.DebeziumArm;
import io.penstock.benchmarks.arm.EventCounter;
import io.penstock.benchmarks.arm.PenstockCdcArm;
import io.penstock.postgres.ThrowAwayPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * As many changes of rows a second as each arm can, from PostgreSQL's log: beside Debezium's engine with a
 * handler that does nothing, and to HTTP servers, one that answers at once and one that takes its time,
 * beside what Debezium Server's http sink does. Each run has a table and a slot of its own, and the same
 * statements, run once its reader is there.
 */
final class CdcBenchmark implements Benchmark {

  private static final Duration LOOK = Duration.ofMillis(10);
  private static final Duration ARM_LIMIT = Duration.ofMinutes(3);
  private static final int ROWS_A_TRANSACTION = 10_000;

  /** What a service that does something takes for an answer. */
  private static final int DELAY_MS = 2;

  private static final Map<String, String> COUNT = Map.of("as", "count");
  private static final Map<String, String> HTTP = Map.of("as", "http");

  private static final List<ArmSpec> COUNTING =
      List.of(
          new ArmSpec(ArmSpec.BARE, DebeziumArm.class, ArmSpec.Order.NONE, COUNT),
          new ArmSpec("bare-control", DebeziumArm.class, ArmSpec.Order.NONE, COUNT),
          new ArmSpec("penstock", PenstockCdcArm.class, ArmSpec.Order.KEY, COUNT));

  private static final List<ArmSpec> SENDING =
      List.of(
          new ArmSpec(ArmSpec.BARE, DebeziumArm.class, ArmSpec.Order.NONE, HTTP),
          new ArmSpec("penstock-webhook", PenstockCdcArm.class, ArmSpec.Order.KEY, HTTP));

  /** How many events count, after half as many that don't. */
  private record Scale(long counted, long sent, long sentSlowly, int rounds) {
    static final Scale FULL = new Scale(600_000, 60_000, 20_000, 3);
    static final Scale QUICK = new Scale(200_000, 20_000, 6_000, 2);
  }

  @Override
  public List<String> arms() {
    return Stream.concat(COUNTING.stream(), SENDING.stream())
        .map(ArmSpec::name)
        .distinct()
        .toList();
  }

  @Override
  public void run(Effort effort, Set<String> wanted) {
    Scale scale = effort == Effort.QUICK ? Scale.QUICK : Scale.FULL;
    try (ThrowAwayPostgres server = ThrowAwayPostgres.start();
        HttpReceiverProcess receiver = HttpReceiverProcess.start(0);
        HttpReceiverProcess slow = HttpReceiverProcess.start(DELAY_MS)) {
      String database = server.newDatabase();
      run(
          "cdc",
          COUNTING,
          wanted,
          scale.rounds(),
          new Session(server, database, null, scale.counted()));
      run(
          "cdc-http",
          SENDING,
          wanted,
          scale.rounds(),
          new Session(server, database, receiver, scale.sent()));
      run(
          "cdc-http-" + DELAY_MS + "ms",
          SENDING,
          wanted,
          scale.rounds(),
          new Session(server, database, slow, scale.sentSlowly()));
    }
  }

  private static void run(
      String name, List<ArmSpec> all, Set<String> wanted, int rounds, Session session) {
    List<ArmSpec> arms = all.stream().filter(arm -> wanted.contains(arm.name())).toList();
    if (arms.size() == 1 && wanted.size() > 1) {
      return; // nothing but the bare loop is wanted of this form
    }
    Rounds.progress("%s: warming the server up with a run that does not count ...", name);
    session.measure(all.get(0), "warm-up");
    Rounds.run(name, arms, rounds, session::measure).print(System.out, session.footer(rounds));
  }

  /**
   * One form.
   *
   * @param receiver where changes are sent; null if they are only counted
   */
  private record Session(
      ThrowAwayPostgres server,
      String database,
      @Nullable HttpReceiverProcess receiver,
      long events) {

    private long warmUp() {
      return events / 2;
    }

    Figures measure(ArmSpec arm, String round) {
      String run =
          (arm.name() + "_" + round).replace('-', '_') + (receiver == null ? "" : "_http" + events);
      try (Connection connection = server.connect(database);
          Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE TABLE "
                + run
                + " (id BIGINT PRIMARY KEY, customer TEXT, status TEXT, total INT)");
        Figures figures = measure(arm, run, statement);
        statement.execute("SELECT pg_drop_replication_slot('" + run + "')");
        statement.execute("DROP PUBLICATION " + run);
        statement.execute("DROP TABLE " + run);
        return figures;
      } catch (SQLException | IOException failed) {
        throw new BenchmarkException("The database did not do its part.", failed);
      }
    }

    private Figures measure(ArmSpec arm, String run, Statement statement)
        throws SQLException, IOException {
      Path file = Files.createTempFile("penstock-count-", "");
      HttpReceiverProcess http = receiver;
      EventCounter counter = EventCounter.open(file);
      LongSupplier arrived = http == null ? counter::get : () -> http.count(run).events();
      ArmSettings settings =
          new ArmSettings(
              "127.0.0.1:" + server.port(),
              "public." + run,
              http == null ? file.toString() : http.url(run),
              run,
              Map.of(),
              Map.of(),
              Machine.with(
                  Machine.with(arm.options(), "database", database),
                  "user",
                  ThrowAwayPostgres.USER));
      long total = warmUp() + events;
      long deadlineNs = System.nanoTime() + ARM_LIMIT.toNanos();
      try (ArmProcess process = ArmProcess.launch(arm, settings)) {
        awaitReader(run, statement, process, deadlineNs);
        CpuClock clock = new CpuClock(process.pid(), helpers(statement));
        for (long from = 0; from < total; from += ROWS_A_TRANSACTION) {
          statement.execute(
              String.format(
                  Locale.ROOT,
                  "INSERT INTO %s SELECT i, 'customer-' || i %% 1000, 'PAID', i %% 500"
                      + " FROM generate_series(%d, %d) i",
                  run,
                  from,
                  Math.min(total, from + ROWS_A_TRANSACTION) - 1));
        }
        long before = await(arrived, process, warmUp(), deadlineNs);
        CpuClock.Reading start = clock.read();
        await(arrived, process, total, deadlineNs);
        Figures figures =
            Figures.of(
                total - before, start, clock.read(), process.peakRssBytes(), Figures.Latency.NONE);
        process.end();
        check(arm, run, arrived.getAsLong(), total);
        return figures;
      } finally {
        Files.deleteIfExists(file);
      }
    }

    private void check(ArmSpec arm, String run, long arrived, long total) {
      long different = receiver == null ? arrived : receiver.count(run).different();
      if (arrived != total || different != total) {
        throw new BenchmarkException(
            arm.name()
                + " had "
                + arrived
                + " events, "
                + different
                + " of them different, not "
                + total);
      }
    }

    private static void awaitReader(
        String slot, Statement statement, ArmProcess process, long deadlineNs) throws SQLException {
      String question =
          "SELECT active FROM pg_replication_slots WHERE active AND slot_name = '" + slot + "'";
      while (true) {
        try (ResultSet active = statement.executeQuery(question)) {
          if (active.next()) {
            return;
          }
        }
        look(process, "a reader", deadlineNs);
      }
    }

    /** The server's processes, as far as they stay. */
    private static List<Long> helpers(Statement statement) throws SQLException {
      List<Long> pids = new ArrayList<>();
      try (ResultSet found =
          statement.executeQuery(
              "SELECT pid FROM pg_stat_activity WHERE pid = pg_backend_pid() OR backend_type IN"
                  + " ('walsender', 'walwriter', 'checkpointer', 'background writer')")) {
        while (found.next()) {
          pids.add(found.getLong(1));
        }
      }
      return pids;
    }

    private static long await(
        LongSupplier arrived, ArmProcess process, long wanted, long deadlineNs) {
      while (true) {
        long now = arrived.getAsLong();
        if (now >= wanted) {
          return now;
        }
        look(process, wanted + " events instead of " + now, deadlineNs);
      }
    }

    private static void look(ArmProcess process, String what, long deadlineNs) {
      process.checkAlive();
      if (System.nanoTime() > deadlineNs) {
        throw new BenchmarkException(
            "There was not " + what + " within " + ARM_LIMIT.toSeconds() + " s.");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }

    List<String> footer(int rounds) {
      List<String> lines = new ArrayList<>();
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d inserted rows in transactions of %,d after %,d of warm-up that do not count,"
                  + " %d rounds; a table and a slot for each run.",
              events,
              ROWS_A_TRANSACTION,
              warmUp(),
              rounds));
      lines.add(
          receiver == null
              ? "bare: Debezium's engine, changes as JSON, a handler that counts; bare-control is"
                  + " it once more: what it is off by is noise. penstock: its source cdc and a"
                  + " Java function that counts, order by key."
              : "bare: Debezium's engine with one blocking request a change, as the http sink of"
                  + " Debezium Server sends; not Debezium Server itself. penstock-webhook: source"
                  + " cdc and webhook with their defaults, order by key.");
      lines.add(
          "Medians of the rounds; ratios are medians of each round's ratio to its bare loop. Each"
              + " change came once. CPU is the client process alone.");
      lines.add(
          "Each arm in a JVM of its own ("
              + String.join(" ", ArmProcess.JVM)
              + "), PostgreSQL in processes of its own, with fsync off. "
              + Machine.describe());
      return lines;
    }
  }
}
