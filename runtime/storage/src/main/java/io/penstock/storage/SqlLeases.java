package io.penstock.storage;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Lease;
import io.penstock.connector.Leases;
import io.penstock.connector.StateStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases in a table. Time is the database's, so workers' clocks need not agree: a holder counts from
 * before it asked, the database from when it answered, so the holder always gives up first.
 *
 * <pre>
 *   holder     ask |------ duration ------| no longer held
 *   database        answer |------ duration ------| may be taken
 * </pre>
 */
final class SqlLeases implements Leases, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SqlLeases.class);

  /** Three renewals may fail before it is lost. */
  private static final int RENEWALS = 4;

  private final DatabaseThread database;
  private final String owner;
  private final String holder;
  private final Duration duration;
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final @Nullable ScheduledExecutorService renewals;

  /**
   * Leases of one run of a worker.
   *
   * @param owner a word that no other run has
   * @param holder the same for people
   * @param duration how long one lasts without being renewed
   */
  SqlLeases(DatabaseThread database, String owner, String holder, Duration duration) {
    this.database = database;
    this.owner = owner;
    this.holder = holder;
    this.duration = duration;
    if (database.database().leasesExpire()) {
      renewals =
          Executors.newSingleThreadScheduledExecutor(
              task -> {
                Thread thread = new Thread(task, "penstock-leases");
                thread.setDaemon(true);
                return thread;
              });
      long periodMs = Math.max(1, duration.toMillis() / RENEWALS);
      renewals.scheduleWithFixedDelay(this::renew, periodMs, periodMs, TimeUnit.MILLISECONDS);
    } else {
      renewals = null;
      // Whoever held one used this database alone, and has ended.
      if (database.read(SqlLeases::anyIsHeld)) {
        database.write(connection -> update(connection, "UPDATE lease SET expires_ms = 0"));
      }
    }
  }

  @Override
  public Answer acquire(String name) {
    StateKeys.check(name);
    Held taken = new Held(name);
    Held other = held.putIfAbsent(name, taken);
    if (other != null) {
      return new Answer.Held(holder);
    }
    try {
      long askedNs = System.nanoTime();
      Answer answer = database.write(connection -> acquire(connection, taken));
      if (answer instanceof Answer.Granted) {
        taken.renewed(askedNs);
      } else {
        held.remove(name, taken);
      }
      return answer;
    } catch (RuntimeException e) {
      held.remove(name, taken);
      throw e;
    }
  }

  private Answer acquire(Connection connection, Held lease) throws SQLException {
    String now = database.database().nowMs();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO lease (name, epoch, owner, holder, expires_ms) VALUES (?, 1, ?, ?, "
                + now
                + " + ?) ON CONFLICT (name) DO UPDATE SET epoch = lease.epoch + 1,"
                + " owner = excluded.owner, holder = excluded.holder,"
                + " expires_ms = excluded.expires_ms WHERE lease.expires_ms <= "
                + now
                + " OR lease.owner = excluded.owner RETURNING epoch")) {
      statement.setString(1, lease.name);
      statement.setString(2, owner);
      statement.setString(3, holder);
      statement.setLong(4, durationMs());
      try (ResultSet rows = statement.executeQuery()) {
        if (rows.next()) {
          lease.epoch = rows.getLong(1);
          return new Answer.Granted(lease);
        }
      }
    }
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT holder FROM lease WHERE name = ?")) {
      statement.setString(1, lease.name);
      try (ResultSet rows = statement.executeQuery()) {
        return new Answer.Held(rows.next() ? rows.getString(1) : "somebody who just gave it up");
      }
    }
  }

  private static boolean anyIsHeld(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT 1 FROM lease WHERE expires_ms > 0 LIMIT 1");
        ResultSet rows = statement.executeQuery()) {
      return rows.next();
    }
  }

  /** One that does not expire is given a time that is never reached. */
  private long durationMs() {
    return database.database().leasesExpire() ? duration.toMillis() : Long.MAX_VALUE / 2;
  }

  private void renew() {
    List<Held> all = new ArrayList<>();
    for (Held lease : held.values()) {
      if (lease.epoch > 0) {
        all.add(lease);
      }
    }
    if (all.isEmpty()) {
      return;
    }
    long askedNs = System.nanoTime();
    try {
      Set<Held> renewed = database.write(connection -> renew(connection, all));
      for (Held lease : all) {
        if (renewed.contains(lease)) {
          lease.renewed(askedNs);
        } else {
          lease.lose();
        }
      }
    } catch (ConnectorException e) {
      log.warn("leases could not be renewed: {}", e.getMessage());
    } catch (IllegalStateException e) {
      log.debug("the store was closed meanwhile", e);
    }
  }

  private Set<Held> renew(Connection connection, List<Held> leases) throws SQLException {
    Set<Held> renewed = new HashSet<>();
    for (Held lease : leases) {
      String sql =
          "UPDATE lease SET expires_ms = "
              + database.database().nowMs()
              + " + "
              + durationMs()
              + " WHERE name = ? AND epoch = ?";
      if (update(connection, sql, lease) == 1) {
        renewed.add(lease);
      }
    }
    return renewed;
  }

  private static int update(Connection connection, String sql, Held... lease) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      if (lease.length > 0) {
        statement.setString(1, lease[0].name);
        statement.setLong(2, lease[0].epoch);
      }
      return statement.executeUpdate();
    }
  }

  /** Gives all of them up, so that another worker need not wait until they run out. */
  @Override
  public void close() {
    if (renewals != null) {
      renewals.shutdownNow();
    }
    List.copyOf(held.values()).forEach(Held::close);
  }

  private final class Held implements Lease, SqlStateStore.Fence {

    private final String name;
    private volatile long epoch;
    private volatile long untilNs;
    private volatile boolean over;

    Held(String name) {
      this.name = name;
    }

    void renewed(long askedNs) {
      untilNs = askedNs + duration.toNanos();
    }

    void lose() {
      over = true;
      if (held.remove(name, this)) {
        log.warn("the lease of {} is lost: another worker has taken it", name);
      }
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long epoch() {
      return epoch;
    }

    @Override
    public boolean isHeld() {
      if (over) {
        return false;
      }
      if (database.database().leasesExpire() && System.nanoTime() - untilNs >= 0) {
        over = true; // it stays lost, whether or not somebody has taken it
        held.remove(name, this);
      }
      return !over;
    }

    @Override
    public StateStore state() {
      return new SqlStateStore(database).fencedBy(this);
    }

    @Override
    public boolean allows(Connection connection) throws SQLException {
      try (PreparedStatement statement =
          connection.prepareStatement(
              "SELECT 1 FROM lease WHERE name = ? AND epoch = ?"
                  + database.database().sharedLock())) {
        statement.setString(1, name);
        statement.setLong(2, epoch);
        try (ResultSet rows = statement.executeQuery()) {
          return rows.next();
        }
      }
    }

    @Override
    public void close() {
      over = true;
      if (!held.remove(name, this)) {
        return;
      }
      try {
        database.write(
            connection ->
                update(
                    connection,
                    "UPDATE lease SET expires_ms = 0 WHERE name = ? AND epoch = ?",
                    this));
      } catch (ConnectorException e) {
        log.warn("the lease of {} runs out by itself: {}", name, e.getMessage());
      }
    }

    @Override
    public String toString() {
      return "the lease of " + name;
    }
  }
}
