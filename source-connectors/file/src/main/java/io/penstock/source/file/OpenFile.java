package io.penstock.source.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A file that is read, also after it is renamed or deleted. Used by one thread. */
final class OpenFile implements AutoCloseable {

  private static final int ATTEMPTS = 5;

  private final FileId id;
  private final RandomAccessFile file;

  private OpenFile(FileId id, RandomAccessFile file) {
    this.id = id;
    this.file = file;
  }

  /**
   * Opens the file that a path leads to.
   *
   * @throws NoSuchFileException if there is none
   */
  static OpenFile open(Path path) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<FileId> before = FileId.of(path);
      if (before.isEmpty()) {
        break;
      }
      // Not a channel, because an interrupt would close that.
      RandomAccessFile opened = new RandomAccessFile(path.toFile(), "r");
      if (FileId.of(path).equals(before)) {
        return new OpenFile(before.get(), opened);
      }
      opened.close(); // it was replaced in between, so which one this is is not known
    }
    throw new NoSuchFileException(path.toString());
  }

  FileId id() {
    return id;
  }

  /** How long it is now, in bytes. */
  long length() throws IOException {
    return file.length();
  }

  /** Reads bytes; fewer than asked for only at the end. */
  int read(long at, byte[] into, int from, int length) throws IOException {
    file.seek(at);
    int read = 0;
    while (read < length) {
      int more = file.read(into, from + read, length - read);
      if (more < 0) {
        break;
      }
      read += more;
    }
    return read;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
