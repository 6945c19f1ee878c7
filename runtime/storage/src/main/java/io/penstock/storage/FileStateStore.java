package io.penstock.storage;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import io.penstock.connector.StateStore;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * State in a folder, one file a key.
 *
 * <p>A value is written to a file beside it, forced to disk, and renamed into place; then the
 * folder is forced to disk, and only then {@link #put} returns. A process or machine that dies in
 * between leaves the old value or the new one.
 *
 * <pre>
 *   folder/lock      held while a worker uses the folder
 *   folder/holder    who that is
 *   folder/state/    the values
 *   folder/sources/  files that sources keep of their own
 * </pre>
 *
 * <p>Thread-safe. Calls block until the disk has answered. A disk that fails is a retriable {@link
 * ConnectorException}, a file that this version can't read a fatal one; both name the file.
 */
public final class FileStateStore implements StateStore, AutoCloseable {

  private static final String TEMPORARY = ".tmp";

  /** Writers of one key take turns; those of different keys rarely wait for each other. */
  private static final int STRIPES = 64;

  private final Path values;
  private final FolderLock lock;
  private final Failpoints failpoints;
  private final Object[] stripes = new Object[STRIPES];
  private volatile boolean closed;

  private FileStateStore(Path values, FolderLock lock, Failpoints failpoints) {
    this.values = values;
    this.lock = lock;
    this.failpoints = failpoints;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Object();
    }
  }

  /**
   * Opens a folder, which is made if it isn't there, with the system's clock and no failpoints.
   *
   * @throws ConnectorException fatal, if another worker uses the folder: says which; or if it can't
   *     be made or written
   */
  public static FileStateStore open(Path folder) {
    return open(folder, Clock.systemUTC(), Failpoints.NONE);
  }

  /**
   * As {@link #open(Path)}.
   *
   * @param clock tells since when the folder is used
   * @param failpoints {@code state-before-rename} and {@code state-after-rename} are reached in
   *     every {@link #put}
   */
  public static FileStateStore open(Path folder, Clock clock, Failpoints failpoints) {
    Path absolute = folder.toAbsolutePath().normalize();
    FolderLock lock;
    try {
      Files.createDirectories(absolute);
      lock = FolderLock.take(absolute.toRealPath(), clock);
    } catch (IOException e) {
      throw notUsable(absolute, e);
    }
    try {
      Path values = Files.createDirectories(absolute.resolve("state"));
      removeTemporary(values);
      Disk.force(absolute);
      return new FileStateStore(values, lock, failpoints);
    } catch (IOException e) {
      lock.close();
      throw notUsable(absolute, e);
    }
  }

  private static ConnectorException notUsable(Path folder, IOException e) {
    return ConnectorException.fatal(
        "the data folder "
            + folder
            + " can't be used: "
            + (e instanceof FileAlreadyExistsException ? "it is a file" : e)
            + ". Give the worker a folder that it may write to",
        e);
  }

  private static void removeTemporary(Path values) throws IOException {
    try (Stream<Path> files = Files.list(values)) {
      for (Path file : files.filter(f -> f.toString().endsWith(TEMPORARY)).toList()) {
        Files.delete(file); // left by a put that a crash cut off
      }
    }
  }

  @Override
  public Optional<byte[]> get(String key) {
    checkOpen();
    Path file = values.resolve(FileNames.of(key));
    try {
      return Optional.of(StoredValue.decode(Files.readAllBytes(file), file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("read", file, e);
    }
  }

  @Override
  public void put(String key, byte[] value) {
    checkOpen();
    String name = FileNames.of(key);
    Path file = values.resolve(name);
    byte[] stored = StoredValue.encode(Objects.requireNonNull(value, "value"));
    synchronized (stripe(key)) {
      Path temporary = values.resolve(name + TEMPORARY);
      try {
        // A stream, not a channel: an interrupt would close the channel in the middle.
        try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
          out.write(stored);
          out.getFD().sync();
        }
        failpoints.reached("state-before-rename");
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        failpoints.reached("state-after-rename");
        Disk.force(values);
      } catch (IOException e) {
        throw failed("write", file, e);
      }
    }
  }

  @Override
  public void delete(String key) {
    checkOpen();
    Path file = values.resolve(FileNames.of(key));
    synchronized (stripe(key)) {
      try {
        if (Files.deleteIfExists(file)) {
          Disk.force(values);
        }
      } catch (IOException e) {
        throw failed("delete", file, e);
      }
    }
  }

  @Override
  public List<String> keys(String prefix) {
    checkOpen();
    if (!prefix.isEmpty()) {
      FileNames.check(prefix);
    }
    try (Stream<Path> files = Files.list(values)) {
      return files
          .map(file -> file.getFileName().toString())
          .flatMap(name -> FileNames.key(name).stream())
          .filter(key -> isUnder(key, prefix))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw failed("list", values, e);
    }
  }

  private static boolean isUnder(String key, String prefix) {
    return prefix.isEmpty() || key.equals(prefix) || key.startsWith(prefix + "/");
  }

  private Object stripe(String key) {
    return stripes[Math.floorMod(key.hashCode(), STRIPES)];
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the state store of " + values.getParent() + " is closed");
    }
  }

  private static ConnectorException failed(String what, Path file, IOException e) {
    return ConnectorException.retry(
        "can't "
            + what
            + " "
            + file
            + ": "
            + e
            + ". Look at the free space and the permissions of the data folder",
        e);
  }

  /**
   * The folder of a connector's source, for files of its own: always the same for the same name. It
   * is not made.
   *
   * @throws IllegalArgumentException if the name is no segment of a key, or begins with a dot
   */
  public Path sourceFolder(String connector) {
    FileNames.check(connector);
    if (connector.startsWith(".") || connector.contains("/")) {
      throw new IllegalArgumentException("no name of a connector: '" + connector + "'");
    }
    return values.resolveSibling("sources").resolve(FileNames.encode(connector));
  }

  /** Lets another worker have the folder. Does nothing the second time. */
  @Override
  public void close() {
    closed = true;
    lock.close();
  }
}
