package io.penstock.source.tasks.store;

import io.penstock.source.tasks.state.TaskState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What workers tell one another, over a channel of PostgreSQL: it comes when the transaction is
 * committed that it is about. What is missed while the connection is away is told as such.
 */
final class PostgresNews implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PostgresNews.class);

  private static final int MAX_BYTES = 7_500;
  private static final int WAIT_MS = 200;
  private static final Duration AGAIN = Duration.ofMillis(500);

  /** What one transaction tells; used by the writing thread alone. */
  static final class Told {

    private record Key(int partition, String account, String function) {}

    private static final class Tasks {
      private int enqueued;
      private int delayed;
      private long nextDueMs = TaskSpec.NEVER;
    }

    private final Map<Key, Tasks> submitted = new LinkedHashMap<>();
    private final Map<Long, StoredTask> changed = new LinkedHashMap<>();

    /** A task was kept that another worker has to do. */
    void submitted(StoredTask task) {
      TaskSpec spec = task.spec();
      Key key = new Key(Partitions.of(spec), spec.account(), spec.function());
      Tasks tasks = submitted.computeIfAbsent(key, any -> new Tasks());
      if (task.life().state() == TaskState.DELAYED) {
        tasks.delayed++;
        tasks.nextDueMs = Math.min(tasks.nextDueMs, task.dueMs());
      } else {
        tasks.enqueued++;
      }
    }

    /** A task of another worker was changed. */
    void changed(StoredTask before) {
      changed.putIfAbsent(before.number(), before);
    }

    void clear() {
      submitted.clear();
      changed.clear();
    }

    void send(GroupWriter on, String channel, String sender) throws SQLException {
      if (submitted.isEmpty() && changed.isEmpty()) {
        return;
      }
      StringBuilder text = new StringBuilder(sender);
      for (Map.Entry<Key, Tasks> entry : submitted.entrySet()) {
        Key key = entry.getKey();
        Tasks tasks = entry.getValue();
        text.append("\ns\t").append(key.partition()).append('\t').append(key.account());
        text.append('\t').append(key.function()).append('\t').append(tasks.enqueued);
        text.append('\t').append(tasks.delayed).append('\t').append(tasks.nextDueMs);
        sendIfFull(on, channel, sender, text);
      }
      for (StoredTask before : changed.values()) {
        text.append("\nc\t").append(Partitions.of(before.spec())).append('\t');
        text.append(before.number()).append('\t').append(before.life().state().code());
        sendIfFull(on, channel, sender, text);
      }
      if (text.length() > sender.length()) {
        send(on, channel, text);
      }
    }

    private static void sendIfFull(
        GroupWriter on, String channel, String sender, StringBuilder text) throws SQLException {
      if (text.length() > MAX_BYTES / 2) {
        send(on, channel, text);
        text.setLength(sender.length());
      }
    }

    private static void send(GroupWriter on, String channel, StringBuilder text)
        throws SQLException {
      PreparedStatement notify = on.statement("SELECT pg_notify(?, ?)");
      notify.setString(1, channel);
      notify.setString(2, text.toString());
      notify.executeQuery().close();
    }
  }

  private final PostgresSchema schema;
  private final String worker;
  private final IntPredicate isOwned;
  private final Supplier<StoreListener> listener;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * What others tell.
   *
   * @param worker a word that no other has: its own news are nothing new
   * @param isOwned which partitions are of interest
   */
  PostgresNews(
      PostgresSchema schema,
      String worker,
      IntPredicate isOwned,
      Supplier<StoreListener> listener) {
    this.schema = schema;
    this.worker = worker;
    this.isOwned = isOwned;
    this.listener = listener;
    this.thread = new Thread(this::run, "penstock-tasks-news");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      try (Connection connection = schema.connect();
          Statement listen = connection.createStatement()) {
        listen.execute("LISTEN \"" + schema.name() + "\"");
        listener.get().missed();
        PGConnection driver = connection.unwrap(PGConnection.class);
        while (!closed) {
          @Nullable PGNotification[] some = driver.getNotifications(WAIT_MS);
          if (some != null) {
            for (PGNotification one : some) {
              if (one != null) {
                read(one.getParameter());
              }
            }
          }
        }
      } catch (SQLException e) {
        if (!closed) {
          log.warn("other workers can't be heard just now: {}", e.getMessage());
          LockSupport.parkNanos(AGAIN.toNanos());
        }
      }
    }
  }

  private void read(String text) {
    String[] lines = text.split("\n", -1);
    if (lines[0].equals(worker)) {
      return;
    }
    try {
      for (int i = 1; i < lines.length; i++) {
        line(lines[i].split("\t", -1));
      }
    } catch (RuntimeException e) {
      log.warn("what another worker told was not understood: {}", text, e);
    }
  }

  private void line(String[] parts) {
    if (!isOwned.test(Integer.parseInt(parts[1]))) {
      return;
    }
    if (parts[0].equals("c")) {
      listener.get().changed(Long.parseLong(parts[2]), TaskState.of(Integer.parseInt(parts[3])));
    } else {
      listener
          .get()
          .submitted(
              Integer.parseInt(parts[1]),
              parts[2],
              parts[3],
              Integer.parseInt(parts[4]),
              Integer.parseInt(parts[5]),
              Long.parseLong(parts[6]));
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
