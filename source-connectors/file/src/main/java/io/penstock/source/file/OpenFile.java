package io.penstock.source.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** A file that is read, also after it is renamed or deleted. Used by one thread. */
final class OpenFile implements AutoCloseable {

  private static final int ATTEMPTS = 5;

  private final FileId id;
  private final long createdMs;
  private final RandomAccessFile file;

  private OpenFile(FileId id, long createdMs, RandomAccessFile file) {
    this.id = id;
    this.createdMs = createdMs;
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
      try {
        long createdMs =
            Files.readAttributes(path, BasicFileAttributes.class).creationTime().toMillis();
        if (FileId.of(path).equals(before)) {
          return new OpenFile(before.get(), createdMs, opened);
        }
      } catch (IOException e) {
        opened.close();
        throw e;
      }
      opened.close(); // it was replaced in between, so which one this is is not known
    }
    throw new NoSuchFileException(path.toString());
  }

  FileId id() {
    return id;
  }

  /**
   * When it was made, in milliseconds since 1970; where the file system doesn't know, when it was
   * changed last before it was opened.
   */
  long createdMs() {
    return createdMs;
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
