package io.penstock.sink.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A file that is locked against other writers: what they write could be cut off together with a torn
 * line. Not a channel, because an interrupt would close that.
 */
final class LockedFile implements DurableFile {

  private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

  /** A lock of the operating system doesn't keep out the process that holds it. */
  private static final Set<Path> OPEN_HERE = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final RandomAccessFile file;

  private LockedFile(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  /** Opens a file by its absolute path, and makes what is missing of it and its folders. */
  static LockedFile open(Path named) throws IOException {
    Path folder = Objects.requireNonNull(named.getParent(), "the root is no file");
    Files.createDirectories(folder);
    boolean made = !Files.exists(named);
    Path path = made ? folder.toRealPath().resolve(named.getFileName()) : named.toRealPath();
    if (!OPEN_HERE.add(path)) {
      throw new IOException(inUse("another sink of this worker"));
    }
    RandomAccessFile file = null;
    try {
      file = new RandomAccessFile(path.toFile(), "rw");
      if (file.getChannel().tryLock() == null) {
        throw new IOException(inUse("another process"));
      }
      if (made && !WINDOWS) {
        try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
          entries.force(true);
        }
      }
      return new LockedFile(path, file);
    } catch (OverlappingFileLockException e) {
      throw undone(path, file, new IOException(inUse("something else in this process"), e));
    } catch (IOException e) {
      throw undone(path, file, e);
    }
  }

  private static String inUse(String by) {
    return "it is in use by " + by + "; give each sink a file of its own";
  }

  private static IOException undone(
      Path path, @Nullable RandomAccessFile file, IOException thrown) {
    OPEN_HERE.remove(path);
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      thrown.addSuppressed(e);
    }
    return thrown;
  }

  @Override
  public long length() throws IOException {
    return file.length();
  }

  @Override
  public int read(long position, byte[] into) throws IOException {
    file.seek(position);
    int read = 0;
    while (read < into.length) {
      int more = file.read(into, read, into.length - read);
      if (more < 0) {
        break;
      }
      read += more;
    }
    return read;
  }

  @Override
  public void append(byte[] bytes) throws IOException {
    file.seek(file.length());
    file.write(bytes);
  }

  @Override
  public void truncate(long length) throws IOException {
    file.setLength(length);
  }

  @Override
  public void force() throws IOException {
    file.getFD().sync();
  }

  @Override
  public void close() throws IOException {
    try {
      file.close();
    } finally {
      OPEN_HERE.remove(path);
    }
  }
}
