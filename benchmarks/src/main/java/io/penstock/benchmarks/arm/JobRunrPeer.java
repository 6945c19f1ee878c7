package io.penstock.benchmarks.arm;

import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.scheduling.JobScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.jspecify.annotations.Nullable;

/** JobRunr with the shortest interval of polling that it allows: 5 s. */
public final class JobRunrPeer implements TaskPeer {

  private static final int THREADS = 64;
  private static final int POLL_SECONDS = 5;

  private @Nullable JobScheduler scheduler;
  private @Nullable BackgroundJobServer server;

  /** For {@link TaskPeerMain}. */
  public JobRunrPeer() {}

  @Override
  public void open(DataSource database) {
    StorageProvider storage = SqlStorageProviderFactory.using(database);
    scheduler =
        JobRunr.configure()
            .useStorageProvider(storage)
            .useBackgroundJobServer(
                BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                    .andWorkerCount(THREADS)
                    .andPollInterval(Duration.ofSeconds(POLL_SECONDS)),
                false)
            .initialize()
            .getJobScheduler();
    server = JobRunr.getBackgroundJobServer();
  }

  @Override
  public void submit(long payload) {
    Objects.requireNonNull(scheduler, "open first").enqueue(() -> TaskPeerMain.handle(payload));
  }

  @Override
  public void work() {
    Objects.requireNonNull(server, "open first").start();
  }

  @Override
  public void close() {
    JobRunr.destroy();
  }
}
