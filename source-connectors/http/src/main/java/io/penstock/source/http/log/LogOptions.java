package io.penstock.source.http.log;

import io.penstock.connector.Failpoints;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * How a log is kept.
 *
 * @param folder where; made if it isn't there. Nobody else may write to it
 * @param maxBytes what its files may take in all, at least 64 KiB
 * @param maxQueuedBytes what may wait in memory for the disk
 * @param clock tells when records are appended
 * @param failpoints where tests may stop the process
 * @param threadName of the thread that writes
 */
public record LogOptions(
    Path folder,
    long maxBytes,
    long maxQueuedBytes,
    InstantSource clock,
    Failpoints failpoints,
    String threadName) {

  private static final long SMALLEST_SEGMENT = 8 << 10;
  private static final long LARGEST_SEGMENT = 16 << 20;
  private static final long LARGEST_GROUP = 4 << 20;

  /** Files are removed as a whole, so that several of them have to make up the log. */
  private static final int SEGMENTS = 8;

  /** Checks. */
  public LogOptions {
    if (maxBytes < SEGMENTS * SMALLEST_SEGMENT) {
      throw new IllegalArgumentException("maxBytes is too small: " + maxBytes);
    }
  }

  /** From which size on a file gets a successor, in bytes. */
  long segmentBytes() {
    return Math.min(LARGEST_SEGMENT, maxBytes / SEGMENTS);
  }

  /** How much is written and forced to disk in one go, if it isn't one caller's. */
  long groupBytes() {
    return Math.min(LARGEST_GROUP, segmentBytes());
  }

  /**
   * The newest file can't be removed, whoever has read it; so that there is room beside it, no caller
   * may fill more than half of the log.
   */
  long appendBytes() {
    return maxBytes / 2 - SEGMENTS * Frames.FILE_HEADER;
  }
}
