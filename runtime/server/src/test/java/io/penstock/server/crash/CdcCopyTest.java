package io.penstock.server.crash;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@link CdcCopyKillTest} in short: a kill in each kind of snapshot. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CdcCopyTest {

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Tag("crash")
  @Test
  void aCopyOfPostgresIsEqualAfterKillsInSnapshots() throws Exception {
    try (CopiedDatabase database = CopiedDatabase.Postgres.start()) {
      killInSnapshots(database);
    }
  }

  @Test
  @Tag("crash")
  void aCopyOfMariaDbIsEqualAfterKillsInSnapshots() throws Exception {
    try (CopiedDatabase database = CopiedDatabase.MariaDb.start()) {
      killInSnapshots(database);
    }
  }

  private void killInSnapshots(CopiedDatabase database) throws Exception {
    try (CdcCopyRun run = new CdcCopyRun(database, folder)) {
      run.dieInTheFirstSnapshot();
      run.dieWhileReadingAgain();
      run.finish();
    }
  }
}
