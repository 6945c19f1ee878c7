package io.penstock.storage;

import io.penstock.connector.ConnectorException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.UUID;

/**
 * The folder of a worker, which one worker at a time uses.
 *
 * <pre>
 *   folder/lock      held while a worker uses the folder
 *   folder/holder    who that is
 *   folder/worker    the worker's own id, if its state is kept elsewhere
 *   folder/state.db  the state, if it is kept here
 *   folder/sources/  files that sources keep of their own
 * </pre>
 */
public final class DataFolder implements AutoCloseable {

  private final Path folder;
  private final FolderLock lock;

  private DataFolder(Path folder, FolderLock lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Takes a folder, which is made if it isn't there.
   *
   * @param clock tells since when it is used
   * @throws ConnectorException fatal, if another worker uses it: says which; or if it can't be made or
   *     written
   */
  public static DataFolder open(Path folder, Clock clock) {
    Path absolute = folder.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute);
      return new DataFolder(absolute, FolderLock.take(absolute.toRealPath(), clock));
    } catch (IOException e) {
      throw notUsable(absolute, e);
    }
  }

  static ConnectorException notUsable(Path folder, Exception e) {
    return ConnectorException.fatal(
        "the data folder "
            + folder
            + " can't be used: "
            + (e instanceof FileAlreadyExistsException ? "it is a file" : e)
            + ". Give the worker a folder that it may write to",
        e);
  }

  /** Who uses it, for people. */
  String holder() {
    return lock.holder();
  }

  Path path() {
    return folder;
  }

  /** The id of the worker that uses this folder: made up once, the same ever after. */
  String workerId() {
    Path file = folder.resolve("worker");
    try {
      if (Files.exists(file)) {
        String id = Files.readString(file).strip();
        if (StateKeys.isKey(id) && !id.contains("/")) {
          return id;
        }
      }
      String id = UUID.randomUUID().toString();
      Path temporary = folder.resolve("worker.tmp");
      Files.writeString(temporary, id + "\n");
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
      Disk.force(folder);
      return id;
    } catch (IOException e) {
      throw notUsable(folder, e);
    }
  }

  /**
   * The folder of a connector's source, for files of its own: always the same for the same name. It
   * is not made.
   *
   * @throws IllegalArgumentException if the name is no segment of a key, or begins with a dot
   */
  Path sourceFolder(String connector) {
    StateKeys.check(connector);
    if (connector.startsWith(".") || connector.contains("/")) {
      throw new IllegalArgumentException("no name of a connector: '" + connector + "'");
    }
    return folder.resolve("sources").resolve(FileNames.encode(connector));
  }

  /** Lets another worker have the folder. Does nothing the second time. */
  @Override
  public void close() {
    lock.close();
  }

  /** Its path. */
  @Override
  public String toString() {
    return folder.toString();
  }
}
