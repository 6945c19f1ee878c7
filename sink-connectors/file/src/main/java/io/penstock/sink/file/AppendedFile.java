package io.penstock.sink.file;

import io.penstock.connector.Failpoints;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that holds nothing but whole lines: a line that a crash left unfinished is cut off when it
 * is opened, one that a full disk left so is cut off at once, or before the next is written.
 */
final class AppendedFile implements LineOutput {

  private static final int CHUNK = 8_192;
  private static final long CLEAN = -1;

  private final DurableFile file;
  private final boolean fsync;
  private final Failpoints failpoints;

  /** Where lines begin that were not written whole, or {@link #CLEAN}. */
  private long tornFrom = CLEAN;

  AppendedFile(DurableFile file, boolean fsync, Failpoints failpoints) throws IOException {
    this.file = file;
    this.fsync = fsync;
    this.failpoints = failpoints;
    cutTornLine();
  }

  /** Opens a file to be added to, or a device. */
  static LineOutput open(Path path, boolean fsync, Failpoints failpoints) throws IOException {
    if (Files.isDirectory(path)) {
      throw new FileSystemException(path.toString(), null, "it is a folder; name a file in it");
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      return new StreamOutput(new FileOutputStream(path.toFile(), true));
    }
    DurableFile file = LockedFile.open(path);
    try {
      return new AppendedFile(file, fsync, failpoints);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private void cutTornLine() throws IOException {
    long length = file.length();
    long wholeUntil = length;
    byte[] chunk = new byte[CHUNK];
    while (wholeUntil > 0) {
      long from = Math.max(0, wholeUntil - CHUNK);
      int inChunk = (int) (wholeUntil - from);
      if (file.read(from, chunk) < inChunk) {
        throw new IOException("it got shorter while it was read");
      }
      int i = inChunk - 1;
      while (i >= 0 && chunk[i] != '\n') {
        i--;
      }
      wholeUntil = from + i + 1;
      if (i >= 0) {
        break;
      }
    }
    if (wholeUntil < length) {
      file.truncate(wholeUntil);
    }
  }

  @Override
  public void add(byte[] lines) throws IOException {
    if (tornFrom != CLEAN) {
      cut();
    }
    long start = file.length();
    try {
      file.append(lines);
      failpoints.reached("file-after-write");
      if (fsync) {
        file.force();
        failpoints.reached("file-after-force");
      }
    } catch (IOException e) {
      tornFrom = start;
      try {
        cut();
      } catch (IOException again) {
        e.addSuppressed(again); // tried again before the next lines
      }
      throw e;
    }
  }

  private void cut() throws IOException {
    if (file.length() > tornFrom) {
      file.truncate(tornFrom);
    }
    tornFrom = CLEAN;
  }

  @Override
  public void close() throws IOException {
    try {
      if (tornFrom != CLEAN) {
        cut();
      }
    } finally {
      file.close();
    }
  }
}
