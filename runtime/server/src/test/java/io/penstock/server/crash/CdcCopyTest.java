package io.penstock.server.crash;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@link CdcCopyKillTest} in short: two kills, of PostgreSQL's copier only. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CdcCopyTest {

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void theCopyIsEqualAfterKillsInBothKindsOfSnapshot() throws Exception {
    try (CopiedDatabase database = CopiedDatabase.Postgres.start();
        CdcCopyRun run = new CdcCopyRun(database, folder)) {
      run.dieInTheFirstSnapshot();
      run.dieWhileReadingAgain();
      run.finish();
    }
  }
}
