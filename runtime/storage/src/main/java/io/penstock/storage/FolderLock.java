package io.penstock.storage;

import io.penstock.connector.ConnectorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second worker out of a folder. The operating system frees the lock when the process ends,
 * however it ends.
 *
 * <p>Who holds it is written to a file of its own: on POSIX, closing any channel of the lock's file
 * frees the lock of the whole process, so that file is opened once and never read. For the same
 * reason folders that this process holds are remembered.
 */
final class FolderLock implements AutoCloseable {

  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;
  private final String holder;

  private FolderLock(Path folder, FileChannel channel, String holder) {
    this.folder = folder;
    this.channel = channel;
    this.holder = holder;
  }

  /** Who holds it, for people. */
  String holder() {
    return holder;
  }

  /**
   * Takes the lock.
   *
   * @param folder its real path
   * @throws ConnectorException fatal, if another worker holds it: says which
   */
  static FolderLock take(Path folder, Clock clock) throws IOException {
    if (!HELD_HERE.add(folder)) {
      throw held(folder);
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw held(folder);
      }
      String holder = holder(clock);
      Files.writeString(holderFile(folder), holder + "\n");
      return new FolderLock(folder, channel, holder);
    } catch (IOException | RuntimeException e) {
      HELD_HERE.remove(folder);
      closeQuietly(channel, e);
      throw e;
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel, Exception thrown) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      thrown.addSuppressed(e);
    }
  }

  private static ConnectorException held(Path folder) {
    String holder;
    try {
      holder = Files.readString(holderFile(folder)).strip();
    } catch (IOException e) {
      holder = "it left no name";
    }
    return ConnectorException.fatal(
        "the data folder "
            + folder
            + " is in use by another worker ("
            + holder
            + "). Stop that one, or give this one a folder of its own with --data",
        null);
  }

  private static Path holderFile(Path folder) {
    return folder.resolve("holder");
  }

  private static String holder(Clock clock) {
    return "process "
        + ProcessHandle.current().pid()
        + " on host "
        + hostName()
        + " since "
        + clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "of unknown name";
    }
  }

  @Override
  public synchronized void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the lock of " + folder + " can't be freed", e);
    } finally {
      HELD_HERE.remove(folder);
    }
  }
}
