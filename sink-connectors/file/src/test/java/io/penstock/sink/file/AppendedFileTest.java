package io.penstock.sink.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.connector.Failpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines stay whole, whatever happens in between. */
class AppendedFileTest {

  @TempDir Path folder;

  /** A file on a disk that fills up, or breaks, when the test says so. */
  static final class FaultyFile implements DurableFile {

    private final DurableFile file;
    long bytesLeft = Long.MAX_VALUE;
    boolean forceFails;
    boolean truncateFails;
    int forced;

    FaultyFile(DurableFile file) {
      this.file = file;
    }

    @Override
    public long length() throws IOException {
      return file.length();
    }

    @Override
    public int read(long position, byte[] into) throws IOException {
      return file.read(position, into);
    }

    @Override
    public void append(byte[] bytes) throws IOException {
      if (bytes.length > bytesLeft) {
        file.append(java.util.Arrays.copyOf(bytes, (int) bytesLeft));
        bytesLeft = 0;
        throw new IOException("No space left on device");
      }
      bytesLeft -= bytes.length;
      file.append(bytes);
    }

    @Override
    public void truncate(long length) throws IOException {
      if (truncateFails) {
        throw new IOException("Input/output error");
      }
      file.truncate(length);
    }

    @Override
    public void force() throws IOException {
      if (forceFails) {
        throw new IOException("Input/output error");
      }
      forced++;
      file.force();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private LineOutput open(Path file) throws IOException {
    return AppendedFile.open(file, true, Failpoints.NONE);
  }

  @Test
  void lines_are_added_over_restarts_and_folders_are_made() throws IOException {
    Path file = folder.resolve("a/b/out.jsonl");
    for (String line : List.of("one\n", "two\nthree\n")) {
      LineOutput output = open(file);
      output.add(bytes(line));
      output.close();
    }
    assertThat(file).hasContent("one\ntwo\nthree\n");
  }

  @ParameterizedTest
  @CsvSource({
    "0,0,0",
    "1,0,0",
    "0,1,1",
    "3,1,1",
    "20000,10,10",
    "8192,3,3",
    "8191,3,3",
    "50,8191,8191"
  })
  void an_unfinished_last_line_is_cut_off(int tornLength, int lineLength, int kept)
      throws IOException {
    Path file = folder.resolve("out");
    String whole = lineLength == 0 ? "" : "x".repeat(lineLength - 1) + "\n";
    Files.writeString(file, whole + "t".repeat(tornLength));
    LineOutput output = open(file);
    assertThat(Files.size(file)).isEqualTo(kept);
    output.add(bytes("next\n"));
    output.close();
    assertThat(Files.readString(file)).isEqualTo(whole + "next\n");
  }

  @Test
  void a_full_disk_leaves_no_part_of_a_line() throws IOException {
    Path path = folder.resolve("out");
    FaultyFile file = new FaultyFile(LockedFile.open(path));
    AppendedFile output = new AppendedFile(file, true, Failpoints.NONE);
    output.add(bytes("first\n"));
    file.bytesLeft = 4;
    assertThatThrownBy(() -> output.add(bytes("second\n"))).hasMessageContaining("No space left");
    assertThat(path).hasContent("first\n");
    file.bytesLeft = 100;
    output.add(bytes("second\n"));
    output.close();
    assertThat(path).hasContent("first\nsecond\n");
  }

  @Test
  void what_can_not_be_cut_off_at_once_is_cut_off_before_the_next_line() throws IOException {
    Path path = folder.resolve("out");
    FaultyFile file = new FaultyFile(LockedFile.open(path));
    AppendedFile output = new AppendedFile(file, true, Failpoints.NONE);
    output.add(bytes("first\n"));
    file.bytesLeft = 4;
    file.truncateFails = true;
    assertThatThrownBy(() -> output.add(bytes("second\n"))).hasMessageContaining("No space left");
    assertThat(path).hasContent("first\nseco");
    assertThatThrownBy(() -> output.add(bytes("second\n"))).hasMessageContaining("output error");
    file.truncateFails = false;
    file.bytesLeft = 100;
    output.add(bytes("second\n"));
    assertThat(path).hasContent("first\nsecond\n");
    file.truncateFails = true;
    file.bytesLeft = 1;
    assertThatThrownBy(() -> output.add(bytes("third\n"))).isInstanceOf(IOException.class);
    file.truncateFails = false;
    output.close();
    assertThat(path).hasContent("first\nsecond\n");
  }

  @Test
  void what_is_not_forced_to_disk_is_not_there() throws IOException {
    Path path = folder.resolve("out");
    FaultyFile file = new FaultyFile(LockedFile.open(path));
    AppendedFile output = new AppendedFile(file, true, Failpoints.NONE);
    file.forceFails = true;
    assertThatThrownBy(() -> output.add(bytes("a\n"))).isInstanceOf(IOException.class);
    assertThat(path).hasContent("");
    file.forceFails = false;
    output.add(bytes("a\n"));
    assertThat(file.forced).isEqualTo(1);
    output.close();

    FaultyFile unforced = new FaultyFile(LockedFile.open(path));
    AppendedFile fast = new AppendedFile(unforced, false, Failpoints.NONE);
    fast.add(bytes("b\n"));
    fast.close();
    assertThat(unforced.forced).isZero();
    assertThat(path).hasContent("a\nb\n");
  }

  @Test
  void on_a_disk_that_fails_at_random_every_acknowledged_line_is_there_once() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path path = folder.resolve("out");
    StringBuilder expected = new StringBuilder();
    FaultyFile file = new FaultyFile(LockedFile.open(path));
    AppendedFile output = new AppendedFile(file, true, Failpoints.NONE);
    for (int i = 0; i < 2_000; i++) {
      file.bytesLeft = random.nextInt(3) == 0 ? random.nextInt(40) : 1_000;
      file.forceFails = random.nextInt(5) == 0;
      file.truncateFails = random.nextInt(3) == 0;
      String lines = ("line " + i + "\n").repeat(1 + random.nextInt(3));
      try {
        output.add(bytes(lines));
        expected.append(lines);
      } catch (IOException e) {
        assertThat(e).hasMessageMatching("No space left on device|Input/output error");
      }
    }
    file.truncateFails = false;
    output.close();
    assertThat(Files.readString(path)).as("seed %s", seed).isEqualTo(expected.toString());
  }

  @Test
  void a_file_that_another_program_cuts_is_added_to_at_its_end() throws IOException {
    Path path = folder.resolve("out");
    LineOutput output = open(path);
    output.add(bytes("before\n"));
    Files.write(path, new byte[0]);
    output.add(bytes("after\n"));
    output.close();
    assertThat(path).hasContent("after\n");
  }

  @Test
  void two_sinks_can_not_have_one_file() throws IOException {
    Path path = folder.resolve("out");
    LineOutput first = open(path);
    assertThatThrownBy(() -> open(folder.resolve("x/../out").normalize()))
        .hasMessageContaining("in use by another sink of this worker");
    Path link = Files.createSymbolicLink(folder.resolve("link"), path);
    assertThatThrownBy(() -> open(link)).hasMessageContaining("in use");
    first.add(bytes("a\n"));
    first.close();
    open(link).close();
    assertThat(path).hasContent("a\n");
  }

  @Test
  void a_folder_is_no_file() {
    assertThatThrownBy(() -> open(folder)).hasMessageContaining("name a file in it");
  }

  @Test
  void a_device_is_written_to_without_more_ado() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full));
    LineOutput output = open(full);
    assertThatThrownBy(() -> output.add(bytes("a\n"))).isInstanceOf(IOException.class);
    output.close();
    LineOutput nothing = open(Path.of("/dev/null"));
    nothing.add(bytes("a\n"));
    nothing.close();
  }

  @Test
  void the_failpoints_stand_between_writing_and_forcing() throws IOException {
    List<String> reached = new ArrayList<>();
    LineOutput output = AppendedFile.open(folder.resolve("out"), true, reached::add);
    output.add(bytes("a\n"));
    output.close();
    assertThat(reached).containsExactly("file-after-write", "file-after-force");
  }
}
