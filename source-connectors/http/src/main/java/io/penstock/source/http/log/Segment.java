package io.penstock.source.http.log;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One file of the log. Thread-safe; only the newest one grows. */
final class Segment {

  private static final Pattern NAME = Pattern.compile("(\\d{19})\\.log");

  private final long base;
  private final Path path;
  private volatile long size;

  /**
   * A file.
   *
   * @param base the position of its first record
   * @param size how many bytes of it are on disk
   */
  Segment(long base, Path path, long size) {
    this.base = base;
    this.path = path;
    this.size = size;
  }

  /** The name of the file of a base; sorted by name they are sorted by base. */
  static String name(long base) {
    return String.format(Locale.ROOT, "%019d.log", base);
  }

  /** The base that a file's name tells; empty if it is no file of a log. */
  static Optional<Long> base(Path path) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    try {
      return name.matches() ? Optional.of(Long.parseLong(name.group(1))) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  long base() {
    return base;
  }

  Path path() {
    return path;
  }

  /** How many bytes of it are on disk; what lies beyond must not be read. */
  long size() {
    return size;
  }

  /** More of it is on disk. */
  void grow(long newSize) {
    size = newSize;
  }
}
