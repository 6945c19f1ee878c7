package io.penstock.broker.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Makes the brokers' directories, and deletes them whole. */
public final class Directories {

  private static final int ATTEMPTS = 5;

  private Directories() {}

  /**
   * Makes a new directory.
   *
   * @param parent what it is made in; null for the platform's folder for temporary files
   * @param prefix what its name begins with
   */
  public static Path create(@Nullable Path parent, String prefix) {
    try {
      if (parent == null) {
        return Files.createTempDirectory(prefix);
      }
      Files.createDirectories(parent);
      return Files.createTempDirectory(parent, prefix);
    } catch (IOException failed) {
      throw new BrokerException("No directory could be made for the broker's data.", failed);
    }
  }

  /**
   * Deletes a directory and all in it; one that isn't there is fine.
   *
   * @throws UncheckedIOException if something could not be deleted, even when tried again because a
   *     file had come up or gone meanwhile
   */
  public static void delete(Path directory) {
    IOException last = null;
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        if (Files.exists(directory)) {
          Files.walkFileTree(directory, new Deleting());
        }
        return;
      } catch (IOException changedMeanwhile) {
        last = changedMeanwhile;
      }
    }
    throw new UncheckedIOException("Could not delete " + directory, last);
  }

  private static final class Deleting extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
