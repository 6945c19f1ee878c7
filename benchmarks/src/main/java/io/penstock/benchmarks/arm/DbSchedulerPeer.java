package io.penstock.benchmarks.arm;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** db-scheduler, set as its makers advise for throughput: lock and fetch, and immediate execution. */
public final class DbSchedulerPeer implements TaskPeer {

  private static final int THREADS = 64;

  private static final String[] TABLE = {
    """
    CREATE TABLE scheduled_tasks (
      task_name TEXT NOT NULL,
      task_instance TEXT NOT NULL,
      task_data BYTEA,
      execution_time TIMESTAMP WITH TIME ZONE NOT NULL,
      picked BOOLEAN NOT NULL,
      picked_by TEXT,
      last_success TIMESTAMP WITH TIME ZONE,
      last_failure TIMESTAMP WITH TIME ZONE,
      consecutive_failures INT,
      last_heartbeat TIMESTAMP WITH TIME ZONE,
      version BIGINT NOT NULL,
      priority SMALLINT,
      state TEXT,
      PRIMARY KEY (task_name, task_instance))
    """,
    "CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time)",
    "CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)",
  };

  private final AtomicLong ids = new AtomicLong();
  private final OneTimeTask<Long> task =
      Tasks.oneTime("bench", Long.class)
          .execute((instance, context) -> TaskPeerMain.handle(instance.getData()));
  private @Nullable Scheduler scheduler;

  /** For {@link TaskPeerMain}. */
  public DbSchedulerPeer() {}

  @Override
  public void open(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : TABLE) {
        statement.execute(sql);
      }
    }
    scheduler =
        Scheduler.create(database, task)
            .pollUsingLockAndFetch(1.0, 4.0)
            .pollingInterval(Duration.ofMillis(100))
            .threads(THREADS)
            .enableImmediateExecution()
            .build();
  }

  private Scheduler scheduler() {
    return Objects.requireNonNull(scheduler, "open first");
  }

  @Override
  public void submit(long payload) {
    scheduler()
        .schedule(task.instance(String.valueOf(ids.incrementAndGet()), payload), Instant.now());
  }

  @Override
  public void work() {
    scheduler().start();
  }

  @Override
  public void close() {
    scheduler().stop();
  }
}
