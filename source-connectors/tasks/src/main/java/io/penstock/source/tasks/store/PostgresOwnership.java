package io.penstock.source.tasks.store;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Lease;
import io.penstock.connector.Leases;
import io.penstock.connector.Leases.Answer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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
 * Which partitions this worker has. Workers that are seen share them equally; each takes what is free
 * up to its share, and lets go what is above it. A partition is leased, and the epoch of the lease is
 * written beside the tasks, where every write of an owner looks. Thread-safe.
 */
final class PostgresOwnership implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PostgresOwnership.class);

  private static final Duration ROUND = Duration.ofMillis(500);

  /** A worker that wasn't seen for so long has no share; its leases run out by themselves. */
  private static final String GONE = "interval '5 seconds'";

  /** A partition that is not let go within this time is kept: a long task runs. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String CLAIM =
      "INSERT INTO part (id, epoch) VALUES (?, ?) ON CONFLICT (id)"
          + " DO UPDATE SET epoch = excluded.epoch WHERE part.epoch <= excluded.epoch";

  /** Nobody takes a partition while a transaction that has seen this goes on. */
  private static final String EPOCHS =
      "SELECT id, epoch FROM part WHERE id = ANY (?) ORDER BY id FOR SHARE";

  private final PostgresSchema schema;
  private final Leases leases;
  private final String prefix;
  private final String worker;
  private final Map<Integer, Lease> held = new ConcurrentHashMap<>();
  private final Map<Integer, Long> leaving = new ConcurrentHashMap<>(); // since
  private final ScheduledExecutorService thread;
  private volatile @Nullable StoreListener listener;
  private @Nullable Connection connection;

  /**
   * Of a worker that has none yet.
   *
   * @param prefix of the names of leases
   * @param worker a word that no other has
   */
  PostgresOwnership(PostgresSchema schema, Leases leases, String prefix, String worker) {
    this.schema = schema;
    this.leases = leases;
    this.prefix = prefix;
    this.worker = worker;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "penstock-tasks-partitions");
              made.setDaemon(true);
              return made;
            });
  }

  /** Takes its share from now on. */
  void start(StoreListener told) {
    listener = told;
    thread.scheduleWithFixedDelay(this::round, 0, ROUND.toMillis(), TimeUnit.MILLISECONDS);
  }

  boolean owns(int partition) {
    Lease lease = held.get(partition);
    return lease != null && lease.isHeld();
  }

  int owned() {
    return held.size();
  }

  /** Those of which tasks may be handed out. */
  Integer[] working() {
    Set<Integer> all = new HashSet<>(held.keySet());
    all.removeAll(leaving.keySet());
    return all.toArray(new Integer[0]);
  }

  /** Those that are this worker's until the transaction ends. */
  Set<Integer> fence(GroupWriter on) throws SQLException {
    Set<Integer> owned = new HashSet<>();
    PreparedStatement select = on.statement(EPOCHS);
    Integer[] ids = held.keySet().toArray(new Integer[0]);
    select.setArray(1, on.connection().createArrayOf("int4", ids));
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        Lease lease = held.get(rows.getInt(1));
        if (lease != null && lease.epoch() == rows.getLong(2)) {
          owned.add(rows.getInt(1));
        }
      }
    }
    return owned;
  }

  private StoreListener listener() {
    StoreListener told = listener;
    if (told == null) {
      throw new IllegalStateException("nobody has joined");
    }
    return told;
  }

  private void round() {
    try {
      dropLost();
      share(share());
    } catch (SQLException | ConnectorException e) {
      log.warn("partitions of tasks can't be shared just now: {}", e.getMessage());
      disconnect();
    } catch (RuntimeException e) {
      log.error("partitions of tasks can't be shared", e);
    }
  }

  private void dropLost() {
    for (Map.Entry<Integer, Lease> entry : held.entrySet()) {
      if (!entry.getValue().isHeld()) {
        held.remove(entry.getKey());
        leaving.remove(entry.getKey());
        listener().lost(entry.getKey());
      }
    }
  }

  /** Says that this worker is there, and answers how many partitions are its part. */
  private int share() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = schema.connect();
      connection = open;
    }
    try (PreparedStatement seen =
            open.prepareStatement(
                "INSERT INTO worker (id, seen) VALUES (?, clock_timestamp()) ON CONFLICT (id)"
                    + " DO UPDATE SET seen = excluded.seen");
        PreparedStatement forget =
            open.prepareStatement("DELETE FROM worker WHERE seen < clock_timestamp() - " + GONE);
        PreparedStatement count = open.prepareStatement("SELECT count(*) FROM worker")) {
      seen.setString(1, worker);
      seen.executeUpdate();
      forget.executeUpdate();
      try (ResultSet rows = count.executeQuery()) {
        rows.next();
        int workers = Math.max(1, rows.getInt(1));
        return (Partitions.COUNT + workers - 1) / workers;
      }
    }
  }

  private void share(int wanted) throws SQLException {
    long nowNs = System.nanoTime();
    for (Map.Entry<Integer, Long> entry : leaving.entrySet()) {
      if (nowNs - entry.getValue() > PATIENCE.toNanos() && leaving.remove(entry.getKey()) != null) {
        listener().gained(entry.getKey()); // another one may be let go sooner
      }
    }
    List<Integer> all = new ArrayList<>(held.keySet());
    all.removeAll(leaving.keySet());
    Collections.shuffle(all);
    for (int partition : all.subList(Math.min(wanted, all.size()), all.size())) {
      leaving.put(partition, nowNs);
      listener().wanted(partition);
    }
    if (held.size() >= wanted) {
      return;
    }
    List<Integer> free = new ArrayList<>();
    for (int i = 0; i < Partitions.COUNT; i++) {
      if (!held.containsKey(i)) {
        free.add(i);
      }
    }
    Collections.shuffle(free);
    for (int partition : free) {
      if (held.size() < wanted) {
        take(partition);
      }
    }
  }

  private void take(int partition) throws SQLException {
    if (leases.acquire(prefix + "/" + partition) instanceof Answer.Granted granted) {
      Lease lease = granted.lease();
      boolean isClaimed = false;
      try {
        Connection open = connection;
        isClaimed = open != null && claim(open, partition, lease.epoch());
      } finally {
        if (!isClaimed) {
          lease.close(); // else nobody could ever take it
        }
      }
      if (isClaimed) {
        held.put(partition, lease);
        listener().gained(partition);
      }
    }
  }

  /** From now on nobody with an older epoch can write. */
  private static boolean claim(Connection open, int partition, long epoch) throws SQLException {
    try (PreparedStatement claim = open.prepareStatement(CLAIM)) {
      claim.setInt(1, partition);
      claim.setLong(2, epoch);
      return claim.executeUpdate() == 1;
    }
  }

  /** Nothing of a partition that another worker is to have is out any more. */
  void release(int partition) {
    if (leaving.remove(partition) != null) {
      Lease lease = held.remove(partition);
      if (lease != null) {
        lease.close();
      }
    }
  }

  private void disconnect() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        log.debug("a connection could not be closed", e);
      }
    }
  }

  /** Gives all up, so that others need not wait. */
  @Override
  public void close() {
    thread.shutdownNow();
    boolean interrupted = false;
    while (!thread.isTerminated()) {
      try {
        thread.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    held.values().forEach(Lease::close);
    held.clear();
    Connection open = connection;
    if (open != null) {
      try (PreparedStatement leave = open.prepareStatement("DELETE FROM worker WHERE id = ?")) {
        leave.setString(1, worker);
        leave.executeUpdate();
      } catch (SQLException e) {
        log.debug("this worker is forgotten when it isn't seen", e);
      }
      disconnect();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
