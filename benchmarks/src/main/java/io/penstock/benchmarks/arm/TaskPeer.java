package io.penstock.benchmarks.arm;

import javax.sql.DataSource;

/** A library that keeps tasks in a database, runs them, and is measured beside Penstock. */
public interface TaskPeer extends AutoCloseable {

  /** Makes its tables, and itself ready to take tasks. */
  void open(DataSource database) throws Exception;

  /** Takes a task, and returns when it is durable. Any thread. */
  void submit(long payload);

  /** Runs tasks from now on; {@link TaskPeerMain#handle} is what each does. */
  void work();

  @Override
  void close();
}
