package io.penstock.server.scaffold;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Files that are to be written: all of them, or none if one of them is there already. */
public final class NewFiles {

  private final Map<Path, byte[]> files = new LinkedHashMap<>();

  NewFiles() {}

  void add(Path file, String text) {
    add(file, text.getBytes(StandardCharsets.UTF_8));
  }

  void add(Path file, byte[] bytes) {
    files.put(file, bytes);
  }

  /**
   * Writes them; folders are made.
   *
   * @return the files, in order
   * @throws FileAlreadyExistsException if one is there; nothing is written then
   */
  public List<Path> write() throws IOException {
    for (Path file : files.keySet()) {
      if (Files.exists(file)) {
        throw new FileAlreadyExistsException(file.toString());
      }
    }
    for (Map.Entry<Path, byte[]> file : files.entrySet()) {
      Path folder = file.getKey().toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.write(file.getKey(), file.getValue());
    }
    return List.copyOf(files.keySet());
  }
}
