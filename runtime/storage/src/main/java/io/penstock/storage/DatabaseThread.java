package io.penstock.storage;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the one connection to a database. Whoever wants something of it waits for the answer, so there
 * is never more to do than there are threads that wait; whatever waits at the same time shares one
 * transaction, and so one write to the disk.
 */
final class DatabaseThread implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DatabaseThread.class);

  private static final int MAX_BATCH = 256;

  /** Something to do in a transaction. May be done again after a failure. */
  @FunctionalInterface
  interface Work<T> {
    /** Does it. */
    T run(Connection connection) throws SQLException;
  }

  private static final class Task<T> {

    private final Work<T> work;
    private final boolean writes;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T result;

    Task(Work<T> work, boolean writes) {
      this.work = work;
      this.writes = writes;
    }

    void run(Connection connection) throws SQLException {
      result = work.run(connection);
    }

    @SuppressWarnings("NullAway") // a work may answer null, if its caller takes that
    void succeed() {
      answer.complete(result);
    }
  }

  /** Wakes the thread so that it sees that it is over. */
  private static final Task<Boolean> WAKE = new Task<>(connection -> true, false);

  private final Database database;
  private final Failpoints failpoints;
  private final BlockingQueue<Task<?>> tasks = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::run, "penstock-state");
  private volatile boolean closed;
  private @Nullable Connection connection;

  private DatabaseThread(Database database, Failpoints failpoints) {
    this.database = database;
    this.failpoints = failpoints;
  }

  /**
   * Connects to a database whose tables are up to date.
   *
   * @param failpoints {@code state-before-commit} and {@code state-after-commit} are reached around
   *     every transaction that writes
   * @throws ConnectorException retriable, if it can't be reached
   */
  static DatabaseThread start(Database database, Failpoints failpoints) {
    DatabaseThread started = new DatabaseThread(database, failpoints);
    try {
      started.connection = database.connect();
    } catch (SQLException e) {
      throw database.failure(e);
    }
    started.thread.setDaemon(true);
    started.thread.start();
    return started;
  }

  Database database() {
    return database;
  }

  /** Reads; blocks, and an interrupt is kept for later. */
  <T> T read(Work<T> work) {
    return call(new Task<>(work, false));
  }

  /** Writes; returns when that is durable. Blocks, and an interrupt is kept for later. */
  <T> T write(Work<T> work) {
    return call(new Task<>(work, true));
  }

  private <T> T call(Task<T> task) {
    if (closed) {
      throw new IllegalStateException("the state store is closed");
    }
    tasks.add(task);
    if (closed) {
      refuse();
    }
    try {
      return task.answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ConnectorException known) {
        // Of this thread, so that the stack tells who asked.
        throw known.category() == ConnectorException.Category.FATAL
            ? ConnectorException.fatal(known.getMessage(), known)
            : ConnectorException.retry(known.getMessage(), known);
      }
      throw e.getCause() instanceof IllegalStateException state
          ? new IllegalStateException(state.getMessage(), state)
          : e;
    }
  }

  private void run() {
    List<Task<?>> batch = new ArrayList<>();
    while (!closed) {
      try {
        batch.add(tasks.take());
        tasks.drainTo(batch, MAX_BATCH - 1);
        batch.remove(WAKE);
        if (!batch.isEmpty()) {
          carryOut(batch);
        }
      } catch (InterruptedException e) {
        log.debug("nobody interrupts this thread on purpose", e);
      } finally {
        batch.clear();
      }
    }
    refuse();
    disconnect();
  }

  private void carryOut(List<Task<?>> batch) {
    try {
      transact(batch);
    } catch (SQLException e) {
      rollBack();
      if (database.isConnectionLost(e)) {
        disconnect();
        again(batch);
      } else if (batch.size() > 1) {
        batch.forEach(task -> carryOut(List.of(task))); // what fails of itself fails alone
      } else {
        fail(batch, database.failure(e));
      }
    } catch (RuntimeException e) {
      rollBack();
      fail(batch, e);
    }
  }

  /** A server that was started anew has closed the connection; it may be there again. */
  private void again(List<Task<?>> batch) {
    try {
      transact(batch);
    } catch (SQLException e) {
      rollBack();
      disconnect();
      fail(batch, database.failure(e));
    } catch (RuntimeException e) {
      rollBack();
      fail(batch, e);
    }
  }

  private void transact(List<Task<?>> batch) throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = database.connect();
      connection = open;
    }
    boolean writes = false;
    for (Task<?> task : batch) {
      task.run(open);
      writes |= task.writes;
    }
    if (writes) {
      failpoints.reached("state-before-commit");
    }
    open.commit();
    if (writes) {
      failpoints.reached("state-after-commit");
    }
    batch.forEach(Task::succeed);
  }

  private static void fail(List<Task<?>> batch, RuntimeException e) {
    batch.forEach(task -> task.answer.completeExceptionally(e));
  }

  private void rollBack() {
    Connection open = connection;
    if (open != null) {
      try {
        open.rollback();
      } catch (SQLException e) {
        log.debug("a transaction could not be rolled back; its connection is given up", e);
        disconnect();
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

  private void refuse() {
    Task<?> task;
    while ((task = tasks.poll()) != null) {
      task.answer.completeExceptionally(new IllegalStateException("the state store is closed"));
    }
  }

  /** Ends the thread after what it is doing, which the database's own time limits bound. */
  @Override
  public void close() {
    closed = true;
    tasks.add(WAKE);
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
