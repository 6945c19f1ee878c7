package io.penstock.source.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.source.file.LineReader.Window;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines out of files that grow, beside a naive split of the whole content. */
class LineReaderTest {

  private static final int RUNS = 300;

  @TempDir private Path folder;

  /** A line as text; one that is too long as its length and what is kept of it. */
  private static String shown(Line line) {
    String text = line.offset() + ":" + new String(line.bytes(), UTF_8);
    return line.isTooLong() ? text + "... of " + line.length() : text;
  }

  private static List<String> naive(byte[] content, int maxLineBytes) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < content.length; i++) {
      if (content[i] == '\n') {
        lines.add(naive(content, from, i, maxLineBytes));
        from = i + 1;
      }
    }
    if (from < content.length) {
      lines.add(naive(content, from, content.length, maxLineBytes));
    }
    return lines;
  }

  private static String naive(byte[] content, int from, int to, int maxLineBytes) {
    byte[] line = Arrays.copyOfRange(content, from, to);
    if (line.length > maxLineBytes) {
      byte[] head = Arrays.copyOf(line, Math.min(maxLineBytes, 4 << 10));
      return from + ":" + new String(head, UTF_8) + "... of " + line.length;
    }
    boolean cr = line.length > 0 && line[line.length - 1] == '\r';
    return from + ":" + new String(line, 0, cr ? line.length - 1 : line.length, UTF_8);
  }

  @Test
  void cutsWhatHasBeenWrittenSoFar() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int run = 0; run < RUNS; run++) {
      SplittableRandom random = seeds.split();
      Path path = Files.createFile(folder.resolve("run-" + run));
      Window window = new Window(1 + random.nextInt(60));
      int maxLineBytes = 1 + random.nextInt(100);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      List<String> read = new ArrayList<>();
      try (OpenFile file = OpenFile.open(path);
          OpenFile other = OpenFile.open(path)) {
        LineReader reader = new LineReader(file, 0, window, maxLineBytes);
        for (int step = 0; step < 30; step++) {
          byte[] more = bytes(random);
          all.write(more);
          Files.write(path, more, StandardOpenOption.APPEND);
          if (random.nextInt(4) == 0) {
            // Another lane takes the window.
            new LineReader(other, 0, window, maxLineBytes).next();
          }
          int lines = random.nextInt(8);
          for (int i = 0; i < lines; i++) {
            reader.next().map(LineReaderTest::shown).ifPresent(read::add);
          }
        }
        for (Optional<Line> line; (line = reader.rest()).isPresent(); ) {
          read.add(shown(line.get()));
        }
        assertThat(reader.offset()).isEqualTo(all.size());
      }
      assertThat(read)
          .as("seed %s, run %s, window %s", seed, run, window)
          .isEqualTo(naive(all.toByteArray(), maxLineBytes));
    }
  }

  private static byte[] bytes(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    int parts = random.nextInt(6);
    for (int i = 0; i < parts; i++) {
      switch (random.nextInt(8)) {
        case 0 -> text.append('\n');
        case 1 -> text.append("\r\n");
        case 2 -> text.append('\r');
        case 3 -> text.append("x".repeat(random.nextInt(150)));
        default -> text.append("a\u00fc\u20ac".repeat(random.nextInt(5)));
      }
    }
    byte[] bytes = text.toString().getBytes(UTF_8);
    // Writers write wherever their buffer ends, also within a character.
    return Arrays.copyOf(bytes, bytes.length == 0 ? 0 : random.nextInt(bytes.length + 1));
  }

  @Test
  void keepsOnlyTheBeginningOfALineThatIsTooLong() throws IOException {
    Path path = Files.writeString(folder.resolve("long"), "x".repeat(1_000_000) + "\nnext\n");
    try (OpenFile file = OpenFile.open(path)) {
      LineReader reader = new LineReader(file, 0, new Window(1_000), 100_000);
      Line line = reader.next().orElseThrow();
      assertThat(line.isTooLong()).isTrue();
      assertThat(line.length()).isEqualTo(1_000_000);
      assertThat(line.bytes()).hasSize(4 << 10);
      assertThat(reader.next().map(LineReaderTest::shown)).hasValue("1000001:next");
    }
  }
}
