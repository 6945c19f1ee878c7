package io.penstock.storage;

import io.penstock.connector.ConnectorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Takes over the state of a Penstock that kept a file a key in {@code folder/state}. Once what was read
 * is durable elsewhere, that folder is renamed, so that it is taken over once.
 */
final class FileStateImport {

  private static final String FOLDER = "state";
  private static final String DONE = "state.imported";

  private final Path folder;
  private final Path from;
  private final Path done;

  FileStateImport(Path dataFolder) {
    this.folder = dataFolder;
    this.from = dataFolder.resolve(FOLDER);
    this.done = dataFolder.resolve(DONE);
  }

  /**
   * What is there to be taken over, by key.
   *
   * @throws ConnectorException fatal, if a file can't be read, or if there was such a folder before:
   *     which of the two values of a key is newer can't be told then
   */
  Map<String, byte[]> read() {
    Map<String, byte[]> values = new TreeMap<>();
    if (!Files.isDirectory(from)) {
      return values;
    }
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        var key = FileNames.key(name);
        if (key.isPresent()) {
          values.put(key.get(), StoredValue.decode(Files.readAllBytes(file), file));
        }
      }
    } catch (IOException e) {
      throw DataFolder.notUsable(from, e);
    }
    if (!values.isEmpty() && Files.exists(done)) {
      throw ConnectorException.fatal(
          "an older Penstock has written to "
              + from
              + " after its state was taken over from there (to "
              + done
              + "). Remove one of the two folders: "
              + FOLDER
              + " to go on with the newer Penstock's state, "
              + DONE
              + " to take over the older one's once more",
          null);
    }
    return values;
  }

  /** What was read is durable now. */
  void done() {
    if (!Files.isDirectory(from)) {
      return;
    }
    try {
      if (Files.exists(done)) { // what is left holds no value
        return;
      }
      Files.move(from, done);
      Disk.force(folder);
    } catch (IOException e) {
      throw DataFolder.notUsable(from, e);
    }
  }
}
