package io.penstock.source.tasks.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.connector.Failpoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A killed process can't reveal a missing sync: the operating system still has what it wrote. So the
 * kernel's calls are counted, and set against what was answered.
 */
class SyncTest {

  private static final int TASKS = 100;
  private static final Path STRACE = Path.of("/usr/bin/strace");

  @TempDir Path folder;

  /** Hands in tasks one after the other, each answered before the next. */
  static final class Submitting {

    private Submitting() {}

    /** Arguments: the file. */
    public static void main(String[] args) {
      try (TaskStore store = SqliteTaskStore.open(Path.of(args[0]), "tasks", Failpoints.NONE)) {
        TaskNumbers numbers = store.numbers(InstantSource.system());
        for (int i = 0; i < TASKS; i++) {
          store.submit(List.of(TestTasks.of(numbers, "f"))).toCompletableFuture().join();
        }
      }
    }
  }

  /** The same number of commits over the same connection, but for the sync: what must be noticed. */
  static final class Careless {

    private Careless() {}

    /** Arguments: the file. */
    public static void main(String[] args) throws SQLException {
      SqliteFile file = new SqliteFile(Path.of(args[0]));
      file.prepare();
      try (Connection connection = file.connect();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(true);
        statement.execute("PRAGMA synchronous = OFF");
        for (int i = 0; i < TASKS; i++) {
          statement.executeUpdate("INSERT INTO payload VALUES (" + i + ", x'00')");
        }
      }
    }
  }

  private long syncs(Class<?> main) throws Exception {
    assumeTrue(Files.isExecutable(STRACE), "needs strace");
    Path trace = folder.resolve("trace");
    List<String> command = new ArrayList<>();
    command.addAll(List.of(STRACE.toString(), "-f", "-y", "-qq", "-e", "trace=fsync,fdatasync"));
    command.addAll(List.of("-o", trace.toString()));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(main.getName(), folder.resolve("tasks.db").toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assumeTrue(!out.contains("Operation not permitted"), "this machine lets nobody trace");
    assertThat(process.exitValue()).as(out).isZero();
    try (Stream<String> lines = Files.lines(trace)) {
      return lines.filter(line -> line.contains("tasks.db")).count();
    }
  }

  @Test
  void whatIsAnsweredWasForcedToDisk() throws Exception {
    assertThat(syncs(Submitting.class)).isGreaterThanOrEqualTo(TASKS);
  }

  @Test
  void aMissingSyncIsNoticed() throws Exception {
    assertThat(syncs(Careless.class)).isLessThan(TASKS / 2);
  }
}
