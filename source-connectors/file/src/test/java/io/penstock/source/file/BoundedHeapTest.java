package io.penstock.source.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Demand;
import io.penstock.connector.LaneRecords;
import io.penstock.connector.SourceRecord;
import io.penstock.testkit.contract.RecordingOwner;
import io.penstock.testkit.contract.TestSourceContext;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file much larger than the memory, with a line that is too. */
class BoundedHeapTest {

  private static final long LINES = 1_000_000;
  private static final int HUGE_LINE = 60 << 20;
  private static final String PADDING = "-".repeat(90);

  @TempDir private Path folder;

  @Test
  void readsLargeFilesInALittleMemory() throws Exception {
    Path file = folder.resolve("large.log");
    write(file);
    assertThat(Files.size(file)).isGreaterThan(100 << 20);
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx24m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Reader.class.getName(),
                    folder.toString()))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readString(output)).endsWith("read " + LINES + " lines, 1 too long\n");
  }

  private static void write(Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (long i = 0; i < LINES; i++) {
        out.write((i + PADDING + "\n").getBytes(UTF_8));
        if (i == LINES / 2) {
          byte[] part = "z".repeat(1 << 20).getBytes(UTF_8);
          for (int size = 0; size < HUGE_LINE; size += part.length) {
            out.write(part);
          }
          out.write('\n');
        }
      }
    }
  }

  /** Runs in a process of its own. */
  static final class Reader {

    private Reader() {}

    /** Reads {@code large.log} in the folder that is named. */
    public static void main(String[] args) {
      FileSource source =
          TestSource.make(
              Map.of("paths", "large.log", "follow", false), Path.of(args[0]), System::nanoTime);
      source.open(TestSourceContext.of("bounded", new RecordingOwner()).withBufferBytes(4 << 20));
      long lines = 0;
      int tooLong = 0;
      List<LaneRecords> polled;
      while (!(polled = source.poll(new Demand(10_000, 2 << 20, Set.of()), Duration.ZERO))
          .isEmpty()) {
        for (LaneRecords lane : polled) {
          for (SourceRecord record : lane.records()) {
            if (record.original().value().length == 4 << 10) {
              tooLong++;
            } else if (record.event().text().equals(lines + PADDING)) {
              lines++;
            } else {
              throw new AssertionError("expected line " + lines + " at " + record.position());
            }
          }
        }
      }
      System.out.println("read " + lines + " lines, " + tooLong + " too long");
    }
  }
}
