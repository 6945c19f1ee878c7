package io.penstock.server.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What tells whether a file, or anything in a folder, was changed.
 *
 * @param path of it
 * @param newestMs when the newest of its files was written, in milliseconds; -1 if there is none
 * @param bytes of all its files together
 */
record FileStamp(Path path, long newestMs, long bytes) {

  /** As it is now. What can't be read counts as not there. */
  static FileStamp of(Path path) {
    long newest = -1;
    long bytes = 0;
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        newest = Math.max(newest, Files.getLastModifiedTime(file).toMillis());
        bytes += Files.size(file);
      }
    } catch (IOException | UncheckedIOException e) {
      return new FileStamp(path, -1, 0); // perhaps being written just now; looked at again
    }
    return new FileStamp(path, newest, bytes);
  }
}
