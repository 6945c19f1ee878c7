package io.penstock.source.http.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random appends, releases, stops and crashes, beside a list that holds what must be there. */
class SegmentLogPropertyTest {

  private static final int RUNS = 60;
  private static final int STEPS = 120;

  @TempDir private Path folder;

  @Test
  void holdsWhatItAnsweredForThroughCrashes() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int run = 0; run < RUNS; run++) {
      long runSeed = seeds.nextLong();
      try (Run one = new Run(folder.resolve("run-" + run), runSeed)) {
        one.steps();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed of the run: " + runSeed, e);
      }
    }
  }

  private static final class Run implements AutoCloseable {

    private final SplittableRandom random;
    private final Path folder;
    private final TestLog log;
    private final List<String> model = new ArrayList<>();
    private SegmentLog open;
    private long released;

    Run(Path folder, long seed) {
      this.random = new SplittableRandom(seed);
      this.folder = folder;
      this.log = new TestLog(folder).maxBytes(128 << 10);
      this.open = log.open(0);
    }

    void steps() throws IOException {
      for (int step = 0; step < STEPS; step++) {
        int kind = random.nextInt(20);
        if (kind < 12) {
          append();
        } else if (kind < 16) {
          released = random.nextLong(released, model.size() + 1L);
          open.release(released);
        } else if (kind < 17) {
          open = log.open(released);
        } else {
          crash();
        }
        check();
      }
    }

    private void append() {
      String[] records = records();
      Appended result = log.append(records);
      if (result == Appended.STORED) {
        model.addAll(List.of(records));
      } else {
        assertThat(result).isEqualTo(Appended.FULL);
        released = model.size();
        open.release(released);
      }
    }

    private String[] records() {
      String[] records = new String[random.nextInt(6)];
      for (int i = 0; i < records.length; i++) {
        int length = random.nextInt(8) == 0 ? random.nextInt(9_000) : random.nextInt(60);
        records[i] = "r" + random.nextInt(100) + "x".repeat(length);
      }
      return records;
    }

    /** A group that nobody was answered for is on disk as a whole, in part, or as something else. */
    private void crash() throws IOException {
      log.close();
      List<Segment> segments = open.segments();
      Segment last = segments.get(segments.size() - 1);
      String[] unanswered = records();
      byte[] group = group(unanswered);
      int intact = random.nextInt(group.length + 1);
      byte[] found = java.util.Arrays.copyOf(group, random.nextInt(intact, group.length + 1));
      for (int i = intact; i < found.length; i++) {
        found[i] =
            switch (random.nextInt(3)) {
              case 0 -> 0;
              case 1 -> (byte) random.nextInt();
              default -> found[i];
            };
      }
      try (RandomAccessFile file = new RandomAccessFile(last.path().toFile(), "rw")) {
        file.seek(last.size());
        file.write(found);
      }
      if (random.nextInt(4) == 0) {
        Files.write(
            folder.resolve(Segment.name(model.size() + unanswered.length + 1L)),
            new byte[random.nextInt(Frames.FILE_HEADER)]);
      }
      open = log.open(released);
      long more = open.end() - model.size();
      assertThat(more).as("what was answered for is there").isBetween(0L, (long) unanswered.length);
      model.addAll(List.of(unanswered).subList(0, (int) more));
    }

    private byte[] group(String... texts) {
      int size = 0;
      for (String text : texts) {
        size += Frames.size(text.getBytes(UTF_8));
      }
      ByteBuffer out = ByteBuffer.allocate(size);
      long position = model.size();
      for (String text : texts) {
        Frames.put(out, new Entry(position++, 1, text.getBytes(UTF_8)), model.size());
      }
      return out.array();
    }

    private void check() {
      assertThat(open.end()).isEqualTo(model.size());
      assertThat(open.first()).isLessThanOrEqualTo(Math.max(released, open.first()));
      long from = Math.max(open.first(), released);
      List<String> expected = new ArrayList<>();
      for (long i = from; i < model.size(); i++) {
        expected.add(i + ":" + model.get((int) i));
      }
      assertThat(log.read(from)).isEqualTo(expected);
    }

    @Override
    public void close() {
      log.close();
    }
  }
}
