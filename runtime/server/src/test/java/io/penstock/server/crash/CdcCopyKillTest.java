package io.penstock.server.crash;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database under pgbench's statements and its copy, kept by workers that are killed at each failpoint, at
 * random and while tables are read again, and by a database that goes away: in the end both are equal, row
 * by row, and no row's changes came out of order.
 */
@Tag("crash")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class CdcCopyKillTest {

  private static final List<Failpoint> FAILPOINTS =
      List.of(
          Failpoint.BEFORE_DELIVER,
          Failpoint.FILE_AFTER_WRITE,
          Failpoint.FILE_AFTER_FORCE,
          Failpoint.BEFORE_SETTLE,
          Failpoint.BEFORE_COMMIT,
          Failpoint.CONNECT_BEFORE_OFFSETS,
          Failpoint.CONNECT_AFTER_OFFSETS,
          Failpoint.AFTER_COMMIT);
  private static final int RANDOM_KILLS = 10;
  private static final int KILLS_WHILE_READING_AGAIN = 3;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void aCopyOfPostgresIsEqualInTheEnd() throws Exception {
    try (CopiedDatabase database = CopiedDatabase.Postgres.start()) {
      killEverywhere(database);
    }
  }

  @Test
  void aCopyOfMariaDbIsEqualInTheEnd() throws Exception {
    try (CopiedDatabase database = CopiedDatabase.MariaDb.start()) {
      killEverywhere(database);
    }
  }

  private void killEverywhere(CopiedDatabase database) throws Exception {
    try (CdcCopyRun run = new CdcCopyRun(database, folder)) {
      run.dieInTheFirstSnapshot();
      for (int i = 0; i < RANDOM_KILLS / 2; i++) {
        run.dieAtRandom();
      }
      run.restartDatabase();
      FAILPOINTS.forEach(run::dieAt);
      for (int i = 0; i < KILLS_WHILE_READING_AGAIN; i++) {
        run.dieWhileReadingAgain();
      }
      run.restartDatabase();
      for (int i = 0; i < RANDOM_KILLS / 2; i++) {
        run.dieAtRandom();
      }
      run.finish();
    }
  }
}
