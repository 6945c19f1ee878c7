package io.penstock.server.crash;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statements of pgbench's own transaction, again and again, on a thread of its own. Sums only grow, so
 * that it shows in which order a row's changes were made; now and then rows are taken away too. While the
 * database is away it tries again.
 */
final class PgbenchLoad implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PgbenchLoad.class);

  private static final Duration PAUSE = Duration.ofMillis(8);
  private static final int DELETE_ONE_IN = 10;

  private final CopiedDatabase database;
  private final SplittableRandom random;
  private final Thread thread;
  private volatile boolean stopping;
  private final AtomicLong transactions = new AtomicLong();

  PgbenchLoad(CopiedDatabase database, SplittableRandom random) {
    this.database = database;
    this.random = random;
    this.thread = new Thread(this::run, "pgbench-load");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!stopping) {
      try (Connection connection = database.connect(database.original())) {
        connection.setAutoCommit(false);
        while (!stopping) {
          transaction(connection);
          transactions.incrementAndGet();
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      } catch (SQLException e) {
        log.info("the load waits for the database: {}", e.toString());
        LockSupport.parkNanos(PAUSE.toNanos() * 10);
      }
    }
  }

  private void transaction(Connection connection) throws SQLException {
    int account = 1 + random.nextInt(CopiedDatabase.ACCOUNTS);
    int teller = 1 + random.nextInt(CopiedDatabase.TELLERS);
    int delta = 1 + random.nextInt(5_000);
    execute(
        connection,
        "UPDATE pgbench_accounts SET abalance = abalance + ? WHERE aid = ?",
        delta,
        account);
    execute(connection, "SELECT abalance FROM pgbench_accounts WHERE aid = ?", account);
    execute(
        connection,
        "UPDATE pgbench_tellers SET tbalance = tbalance + ? WHERE tid = ?",
        delta,
        teller);
    execute(connection, "UPDATE pgbench_branches SET bbalance = bbalance + ? WHERE bid = 1", delta);
    execute(
        connection,
        "INSERT INTO pgbench_history (tid, bid, aid, delta) VALUES (?, 1, ?, ?)",
        teller,
        account,
        delta);
    if (random.nextInt(DELETE_ONE_IN) == 0) {
      execute(connection, "DELETE FROM pgbench_history WHERE aid = ?", account);
    }
    connection.commit();
  }

  private static void execute(Connection connection, String sql, int... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setInt(i + 1, values[i]);
      }
      statement.execute();
    }
  }

  /** How many transactions were committed. */
  long transactions() {
    return transactions.get();
  }

  @Override
  public void close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
