package io.penstock.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Forces folders to disk, so that a renamed file is found again after a power failure. */
final class Disk {

  private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

  private Disk() {}

  /** Returns when the folder's entries are durable. An interrupt is kept for the caller. */
  static void force(Path folder) throws IOException {
    if (WINDOWS) {
      return; // a folder can't be opened there, and renames are journalled
    }
    boolean interrupted = false;
    try {
      while (true) {
        interrupted |= Thread.interrupted(); // it would close the channel
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
          channel.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
