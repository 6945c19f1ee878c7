package io.penstock.source.http.log;

import io.penstock.connector.ConnectorException;
import io.penstock.source.http.log.FrameReader.BrokenFrameException;
import io.penstock.source.http.log.Frames.Header;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds what a log holds when it is opened. What was never finished at its end, because the process
 * or the machine died, is cut off; what was on disk once and isn't whole any more is an error.
 */
final class Recovery {

  private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");
  private static final int SCAN_BUFFER = 1 << 20;

  private final Path folder;

  Recovery(Path folder) {
    this.folder = folder;
  }

  /**
   * What was found.
   *
   * @param segments oldest first; may be empty
   * @param end the position after the last record; 0 if there are no segments
   * @param lastTimeMs the time of the newest record of the last segment; 0 if it has none
   */
  record Found(List<Segment> segments, long end, long lastTimeMs) {}

  /** Makes the folder, and what lies above it, durably. */
  void makeFolder() throws IOException {
    List<Path> missing = new ArrayList<>();
    Path at = folder;
    while (at != null && !Files.isDirectory(at)) {
      missing.add(at);
      at = at.getParent();
    }
    Files.createDirectories(folder);
    for (Path made : missing) {
      Path parent = made.getParent();
      if (parent != null) {
        force(parent);
      }
    }
  }

  /** Returns when the entries of a folder are on disk. */
  static void force(Path folder) throws IOException {
    if (WINDOWS) {
      return; // a folder can't be opened there, and its entries are journalled
    }
    try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  /**
   * Reads what there is.
   *
   * @throws ConnectorException fatal, if records are lost or the format isn't known
   */
  Found find() throws IOException {
    List<Segment> segments = new ArrayList<>();
    for (Path path : paths()) {
      long base = Segment.base(path).orElseThrow();
      long size = Files.size(path);
      if (hasHeader(path, base, size)) {
        segments.add(new Segment(base, path, size));
      } else if (size <= Frames.FILE_HEADER) {
        Files.delete(path); // made when a crash came; records are written only behind the header
      } else {
        throw damaged(path, 0);
      }
    }
    if (segments.isEmpty()) {
      return new Found(List.of(), 0, 0);
    }
    return scanned(segments);
  }

  private List<Path> paths() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(path -> Segment.base(path).isPresent())
          .sorted(Comparator.comparing(path -> path.getFileName().toString()))
          .toList();
    }
  }

  private boolean hasHeader(Path path, long base, long size) throws IOException {
    if (size < Frames.FILE_HEADER) {
      return false;
    }
    byte[] header = new byte[Frames.FILE_HEADER];
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      file.readFully(header);
    }
    if (Frames.isOtherVersion(header)) {
      throw ConnectorException.fatal(
          "the log file "
              + path
              + " has a format that this Penstock does not know; a newer one has written it. Go back"
              + " to that version, or let it deliver what is there first",
          null);
    }
    return Arrays.equals(header, Frames.fileHeader(base));
  }

  private static Found scanned(List<Segment> segments) throws IOException {
    Segment last = segments.get(segments.size() - 1);
    long lastTimeMs = 0;
    try (FrameReader frames = new FrameReader(last.path(), last.base())) {
      try {
        Optional<Header> header;
        while ((header = frames.peek(last.size())).isPresent()) {
          lastTimeMs = frames.take(header.get(), last.size()).timeMs();
        }
      } catch (BrokenFrameException e) {
        checkNothingLost(last, frames);
        cutOff(last, frames.offset());
      }
      return new Found(segments, frames.position(), lastTimeMs);
    }
  }

  private static void cutOff(Segment segment, long size) throws IOException {
    LogFile file = LogFile.real(segment.path());
    try {
      file.truncate(size);
      file.force();
    } finally {
      file.close();
    }
    segment.grow(size);
  }

  /**
   * Behind a frame that was never on disk there can be none that was written later than that: one
   * that says that everything before it was on disk would be the proof of a loss.
   */
  private static void checkNothingLost(Segment segment, FrameReader broken) throws IOException {
    byte[] window = new byte[SCAN_BUFFER];
    try (RandomAccessFile file = new RandomAccessFile(segment.path().toFile(), "r")) {
      long at = broken.offset() + 1;
      while (at + Frames.HEADER <= segment.size()) {
        file.seek(at);
        int length = (int) Math.min(window.length, segment.size() - at);
        file.readFully(window, 0, length);
        int starts = length - Frames.HEADER + 1;
        for (int i = 0; i < starts; i++) {
          Header header = Frames.header(window, i);
          if (header.isPlausible(segment.size() - at - i - Frames.HEADER)
              && header.durable() > broken.position()
              && isWhole(file, at + i, header)) {
            throw damaged(segment.path(), broken.offset());
          }
        }
        at += starts;
      }
    }
  }

  private static boolean isWhole(RandomAccessFile file, long at, Header header) throws IOException {
    byte[] frame = new byte[header.frameLength()];
    file.seek(at);
    file.readFully(frame);
    return Frames.isWhole(header, frame, 0);
  }

  /** Records that were answered for are gone: nothing that goes on by itself may hide that. */
  static ConnectorException damaged(Path path, long offset) {
    return ConnectorException.fatal(
        "the log file "
            + path
            + " is damaged at byte "
            + offset
            + ", and accepted events stood there. Put back a good copy; or move the file away to go on"
            + " without its events",
        null);
  }
}
