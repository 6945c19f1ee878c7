package io.penstock.source.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * What the file system knows a file by, whatever its name: device and inode where there are such.
 * It may be given to another file once this one is deleted.
 */
record FileId(String value) {

  /** The file that a path leads to, through links; empty if there is none. */
  static Optional<FileId> of(Path path) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw new IOException(path + " is no regular file");
      }
      Object key = attributes.fileKey();
      return Optional.of(
          new FileId(key == null ? attributes.creationTime().toString() : key.toString()));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    }
  }
}
