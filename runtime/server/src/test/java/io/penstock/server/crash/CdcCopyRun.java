package io.penstock.server.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A database under pgbench's statements, whose copy is kept by Debezium's JDBC sink, with workers that are
 * killed; a second sink, a file, shows in which order changes came. Confined to the test's thread.
 */
final class CdcCopyRun implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int LATEST_KILL_MS = 1_000;
  private static final String NAME = "copied";

  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "copied",
        "source": { "type": "cdc", %s, "tables": [%s], "signals": "%s.signals", "payload": "debezium",
                    "properties": { "incremental.snapshot.chunk.size": "100" } },
        "delivery": { "order": "key", "commitInterval": "50ms" },
        "onSuccess": [
          { "name": "copy", "type": "kafka-connect", "plugins": "%s",
            "plugin": "io.debezium.connector.jdbc.JdbcSinkConnector",
            "properties": {
              "connection.url": "%s", "connection.username": "%s", "connection.password": "%s",
              "insert.mode": "upsert", "delete.enabled": "true", "primary.key.mode": "record_key",
              "schema.evolution": "none", "collection.name.format": "$${source.table}",
              "header.converter": "org.apache.kafka.connect.storage.StringConverter",
              "key.converter": "org.apache.kafka.connect.json.JsonConverter",
              "key.converter.schemas.enable": "true",
              "value.converter": "org.apache.kafka.connect.json.JsonConverter",
              "value.converter.schemas.enable": "true" } },
          { "name": "log", "type": "file", "path": "out.jsonl" } ] }
      """;

  private static final List<String> JVM =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final long seed = System.nanoTime();
  private final SplittableRandom random = new SplittableRandom(seed);
  private final List<String> schedule = new ArrayList<>();
  private final CopiedDatabase database;
  private final Path folder;
  private final PgbenchLoad load;
  private int workers;

  CdcCopyRun(CopiedDatabase database, Path folder) throws IOException, SQLException {
    this.database = database;
    this.folder = folder;
    database.fill();
    String tables =
        String.join(
            ",",
            CopiedDatabase.TABLES.keySet().stream()
                .map(table -> "\"" + database.schema() + "." + table + "\"")
                .toList());
    Files.writeString(
        folder.resolve("copied.json"),
        CONNECTOR.formatted(
            database.source(),
            tables,
            database.schema(),
            plugins(),
            database.copyUrl(),
            database.user(),
            database.user()));
    load = new PgbenchLoad(database, random.split());
  }

  private static Path plugins() {
    Path plugins = Failpoint.root().resolve("runtime/third-party-plugins/target/plugins");
    assertThat(plugins.resolve("debezium-jdbc")).as("the build lays it there").isDirectory();
    return plugins;
  }

  private WorkerProcess start(@Nullable KillPoint point) {
    return WorkerProcess.start(
        new WorkerProcess.Options(
            ++workers, folder.resolve("copied.json"), folder.resolve("data"), folder, JVM, point));
  }

  private long arrived() {
    try {
      Path out = folder.resolve("out.jsonl");
      return Files.exists(out) ? Files.size(out) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until more has come through this worker. */
  private void awaitArrivals(WorkerProcess worker) {
    long before = arrived();
    await()
        .atMost(PATIENCE)
        .conditionEvaluationListener(seen -> mustLive(worker))
        .until(() -> arrived() > before);
  }

  void dieAt(Failpoint failpoint) {
    KillPoint point = new KillPoint(failpoint.id(), failpoint.someHit(random), KillPoint.Way.HALT);
    schedule.add(point.toString());
    try (WorkerProcess worker = start(point)) {
      assertThat(worker.awaitEnd()).as("exit code of %s", worker).isEqualTo(KillSwitch.KILLED);
    }
  }

  void dieInTheFirstSnapshot() {
    try (WorkerProcess worker = start(null)) {
      awaitArrivals(worker);
      killSoon(worker, "SIGKILL in the first snapshot,");
    }
  }

  /** Is killed once it follows the log. */
  void dieAtRandom() throws SQLException {
    try (WorkerProcess worker = start(null)) {
      awaitFollowed(worker);
      killSoon(worker, "SIGKILL");
    }
  }

  /** Waits until what is written from now on has come through this worker. */
  private void awaitFollowed(WorkerProcess worker) throws SQLException {
    long newest = newest(database.original());
    await()
        .atMost(PATIENCE)
        .conditionEvaluationListener(seen -> mustLive(worker))
        .until(() -> newest(database.copy()) > newest);
  }

  private void mustLive(WorkerProcess worker) {
    if (!worker.isAlive()) {
      throw new AssertionError(worker + "\n" + story());
    }
  }

  private void killSoon(WorkerProcess worker, String what) {
    long afterMs = random.nextLong(LATEST_KILL_MS);
    schedule.add(what + " after " + afterMs + " ms");
    LockSupport.parkNanos(Duration.ofMillis(afterMs).toNanos());
    worker.kill();
  }

  /** Takes rows from the copy, has all accounts read again, and is killed while that goes on. */
  void dieWhileReadingAgain() throws SQLException {
    try (WorkerProcess worker = start(null)) {
      awaitFollowed(worker);
      readAgain(worker);
      killSoon(worker, "SIGKILL while reading again,");
    }
  }

  private void readAgain(WorkerProcess worker) throws SQLException {
    int taken = random.nextInt(2, 10);
    execute(database.copy(), "DELETE FROM pgbench_accounts WHERE aid % " + taken + " = 0");
    String body = "{\"tables\": [\"" + database.schema() + ".pgbench_accounts\"]}";
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(worker.post("/sources/" + NAME + "/snapshots", body))
                    .as("answer of %s", worker)
                    .isEqualTo(202));
  }

  private void execute(String name, String sql) throws SQLException {
    try (Connection connection = database.connect(name);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The database goes and comes back while a worker runs, which then is killed. */
  void restartDatabase() throws SQLException {
    try (WorkerProcess worker = start(null)) {
      awaitFollowed(worker);
      database.restart();
      long beganNs = System.nanoTime();
      awaitFollowed(worker);
      long tookMs = Duration.ofNanos(System.nanoTime() - beganNs).toMillis();
      schedule.add("restart of the database, followed again " + tookMs + " ms after it was back");
      killSoon(worker, "SIGKILL");
    }
  }

  private long newest(String name) throws SQLException {
    try (Connection connection = database.connect(name);
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT MAX(hid) FROM pgbench_history")) {
      return found.next() ? found.getLong(1) : 0;
    }
  }

  /** Lets the last worker end everything, and judges. */
  void finish() throws IOException, SQLException {
    try (WorkerProcess last = start(null)) {
      awaitArrivals(last);
      readAgain(last);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  database.rows(database.copy(), "pgbench_accounts").size()
                      == CopiedDatabase.ACCOUNTS);
      load.close();
      for (String table : CopiedDatabase.TABLES.keySet()) {
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(300))
            .untilAsserted(
                () ->
                    assertThat(database.rows(database.copy(), table))
                        .as("%s; %s", table, story())
                        .isEqualTo(database.rows(database.original(), table)));
      }
      last.terminate();
      assertThat(last.awaitEnd()).as("exit code of %s", last).isZero();
    }
    judge();
  }

  /** What a change left of a row; removed rows have no sum. */
  private record Seen(String row, long sum) {}

  /**
   * What has come of a row.
   *
   * @param change by its last change
   * @param readAgain by the last time it was read between changes
   * @param newest whichever way
   */
  private record Known(long change, long readAgain, long newest) {

    static final Known NOTHING = new Known(Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);

    /** A change comes in order among changes, and none that a row read between changes has in it. */
    boolean takesChange(long sum) {
      return sum > change && sum >= readAgain;
    }

    /** What is read is never older than what has come. */
    boolean takesRead(long sum) {
      return sum >= newest;
    }

    Known changed(long sum) {
      return new Known(sum, readAgain, Math.max(newest, sum));
    }

    /** A row of the first snapshot may be newer than changes that follow: it was taken again. */
    Known read(long sum, boolean again) {
      return new Known(change, again ? sum : readAgain, sum);
    }
  }

  /** A row's changes came in their order: sums only grow, but for what came before under the same id. */
  private void judge() throws IOException {
    Map<String, Seen> ids = new HashMap<>();
    Map<String, Known> rows = new HashMap<>();
    int lines = 0;
    int reads = 0;
    try (BufferedReader out = Files.newBufferedReader(folder.resolve("out.jsonl"), UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines++;
        JsonNode event = JSON.readTree(line);
        JsonNode change = event.at("/data/payload");
        String table = change.at("/source/table").textValue();
        boolean removed = change.get("op").textValue().equals("d");
        JsonNode row = change.get(removed ? "before" : "after");
        String key = table + " " + row.get(CopiedDatabase.TABLES.get(table)).intValue();
        long sum = removed ? Long.MAX_VALUE : sum(table, row);
        boolean read = change.get("op").textValue().equals("r");
        if (!read) {
          Seen seen = new Seen(key, sum);
          Seen before = ids.putIfAbsent(event.get("id").textValue(), seen);
          assertThat(Objects.requireNonNullElse(before, seen)).as(line).isEqualTo(seen);
          if (before != null) {
            continue;
          }
        }
        reads += read ? 1 : 0;
        Known known = rows.getOrDefault(key, Known.NOTHING);
        assertThat(read ? known.takesRead(sum) : known.takesChange(sum))
            .as("%s %s after %s; line %s; %s", key, sum, known, lines, story())
            .isTrue();
        boolean again = change.at("/source/snapshot").asText().equals("incremental");
        rows.put(key, read ? known.read(sum, again) : known.changed(sum));
      }
    }
    System.out.printf(
        "%d transactions, %d changes, %d rows of snapshots, %d arrived; %s%n",
        load.transactions(), ids.size(), reads, lines, story());
  }

  private static long sum(String table, JsonNode row) {
    return switch (table) {
      case "pgbench_accounts" -> row.get("abalance").longValue();
      case "pgbench_branches" -> row.get("bbalance").longValue();
      case "pgbench_tellers" -> row.get("tbalance").longValue();
      default -> 0;
    };
  }

  private String story() {
    return "seed " + seed + ", " + workers + " workers: " + schedule + ", logs in " + folder;
  }

  @Override
  public void close() {
    load.close();
  }
}
