package io.penstock.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that writes: what it leaves is the last value it was sure of, or the next. */
class KillTest {

  private static final int VALUE_BYTES = 100_000;
  private static final String KEY = "positions";

  @TempDir Path folder;

  /** Writes 1, 2, 3 ... and prints each number when it is durable. */
  static final class Writer {

    private Writer() {}

    /**
     * Runs until it is killed.
     *
     * @param args folder, first number, and a failpoint to die at when it is reached for the third
     *     time
     */
    public static void main(String[] args) {
      int[] reached = {0};
      Failpoints failpoints =
          name -> {
            if (args.length > 2 && name.equals(args[2]) && ++reached[0] == 3) {
              Runtime.getRuntime().halt(137);
            }
          };
      try (Storage storage =
          Storage.open(
              new Storage.Options(
                  Path.of(args[0]), Optional.empty(), Clock.systemUTC(), failpoints))) {
        for (int number = Integer.parseInt(args[1]); ; number++) {
          storage.state().put(KEY, value(number));
          System.out.println(number);
        }
      }
    }
  }

  private static byte[] value(int number) {
    return String.format("%010d", number).repeat(VALUE_BYTES / 10).getBytes(UTF_8);
  }

  /** The number of a value, which must be whole. */
  private int stored() {
    try (Storage storage = Storage.open(Storage.Options.in(folder))) {
      String text = storage.state().get(KEY).map(v -> new String(v, UTF_8)).orElse("");
      if (text.isEmpty()) {
        return 0;
      }
      String number = text.substring(0, 10);
      assertThat(text).isEqualTo(number.repeat(VALUE_BYTES / 10));
      return Integer.parseInt(number);
    }
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Writer.class.getName());
    command.add(folder.toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @Test
  void a_process_killed_at_any_moment_leaves_the_old_or_the_new_value() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int durable = 0;
    for (int round = 0; round < 8; round++) {
      Process process = start(String.valueOf(durable + 1));
      int killAfter = 1 + random.nextInt(60);
      try (BufferedReader out =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
        String line = out.readLine();
        for (int i = 0; i < killAfter && line != null; i++) {
          durable = Integer.parseInt(line);
          line = out.readLine();
        }
        // SIGKILL; by its handle, because Process would close the stream that is still to be read.
        process.toHandle().destroyForcibly();
        for (; line != null; line = out.readLine()) {
          durable = line.isEmpty() ? durable : Integer.parseInt(line);
        }
      }
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      int stored = stored();
      assertThat(stored).as("seed %s, round %s", seed, round).isBetween(durable, durable + 1);
      durable = stored;
    }
  }

  @Test
  void a_process_killed_before_its_commit_leaves_the_old_value() throws Exception {
    assertThat(start("1", "state-before-commit").waitFor()).isEqualTo(137);
    assertThat(stored()).isEqualTo(2);
  }

  @Test
  void a_process_killed_after_its_commit_leaves_the_new_value() throws Exception {
    assertThat(start("1", "state-after-commit").waitFor()).isEqualTo(137);
    assertThat(stored()).isEqualTo(3);
  }

  @Test
  void a_worker_in_another_process_keeps_the_folder_until_it_dies() throws Exception {
    Process process = start("1");
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      assertThat(out.readLine()).isEqualTo("1");
      assertThatThrownBy(() -> Storage.open(Storage.Options.in(folder)))
          .isInstanceOf(ConnectorException.class)
          .hasMessageContaining("process " + process.pid() + " on host");
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(stored()).isPositive();
  }
}
