package io.penstock.source.file;

import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.SourceRecord;
import io.penstock.source.file.LineReader.Window;
import io.penstock.source.file.StoredFiles.StoredLane;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is read under one path: a file; once it is renamed, what remains of it, and then the one
 * that has taken its place. Positions are bytes since the beginning of the first. Used by one
 * thread.
 */
final class FileLane {

  private static final Logger LOG = LoggerFactory.getLogger(FileLane.class);

  /** How often the file system is asked whether the path leads elsewhere. */
  private static final long CHECK_NS = Duration.ofMillis(200).toNanos();

  /** So many files may wait; each is held open. */
  private static final int MAX_UPCOMING = 8;

  /**
   * How it reads.
   *
   * @param format of the lines
   * @param follow whether files may grow
   * @param maxLineBytes how long a line may be
   * @param rotateWaitNs how long a renamed file is read on
   * @param window shared by all lanes of a source
   */
  record Reading(
      LineFormat format, boolean follow, int maxLineBytes, long rotateWaitNs, Window window) {}

  private final Lane lane;
  private final Path path;
  private final Reading reading;
  private final FileFinder finder;
  private final List<Piece> pieces;
  private final Deque<OpenFile> upcoming = new ArrayDeque<>();
  private LaneCommit committed;
  private final List<FileId> toFind;
  private long position;
  private int current;
  private @Nullable OpenFile file;
  private @Nullable LineReader lines;
  private LineRecord.@Nullable Origin origin;
  private boolean paused;
  private boolean ended;
  private boolean atEnd;
  private boolean checked;
  private long checkedNs;
  private boolean news;
  private boolean leftAlone;
  private long leftSinceNs;

  /**
   * A lane that is not opened yet.
   *
   * @param stored what is known of it
   */
  FileLane(String name, Path path, Reading reading, FileFinder finder, StoredLane stored) {
    this.lane = new Lane(name);
    this.path = path;
    this.reading = reading;
    this.finder = finder;
    this.pieces = new ArrayList<>(stored.pieces());
    this.committed = stored.commit();
    this.position = committed.position();
    this.toFind = stored.upcoming();
  }

  /** Opens its files and begins with what is not settled. */
  void open() throws IOException {
    for (FileId id : toFind) {
      Optional<OpenFile> found = finder.find(id, Fingerprint.NONE, 0);
      if (found.isPresent()) {
        upcoming.add(found.get());
      } else {
        LOG.warn("{}: a file that was at {} is gone, and is not read", lane, path);
      }
    }
    begin(position);
  }

  /** What is to be remembered of it. */
  StoredLane toStore() {
    return new StoredLane(
        committed, List.copyOf(pieces), upcoming.stream().map(OpenFile::id).toList());
  }

  /**
   * Whether it has got files that are not remembered yet. They must be, before they are read: after
   * a restart they may have other names.
   */
  boolean hasNews() {
    return news;
  }

  /** They are remembered now. */
  void remembered() {
    news = false;
  }

  Lane lane() {
    return lane;
  }

  Path path() {
    return path;
  }

  List<Piece> pieces() {
    return List.copyOf(pieces);
  }

  LaneCommit committed() {
    return committed;
  }

  long position() {
    return position;
  }

  boolean isPaused() {
    return paused;
  }

  void paused(boolean isPaused) {
    paused = isPaused;
  }

  /** Whether this is one of its files. */
  boolean has(OpenFile other) throws IOException {
    for (Piece piece : pieces) {
      if (piece.id().equals(other.id()) && piece.fingerprint().fits(other)) {
        return true;
      }
    }
    return upcoming.stream().anyMatch(next -> next.id().equals(other.id()));
  }

  /** Whether nothing is left to be read at this moment. */
  boolean isAtEnd() {
    return (ended || atEnd) && upcoming.isEmpty();
  }

  /** Whether its file is read and committed, and has been gone from the path for a while. */
  boolean isOver(long nowNs) {
    return isAtEnd()
        && leftAlone
        && nowNs - leftSinceNs >= reading.rotateWaitNs()
        && committed.position() == position;
  }

  /** Everything below is settled; what is not needed any more is returned. */
  List<Piece> commit(LaneCommit commit) {
    committed = commit;
    List<Piece> gone = new ArrayList<>();
    while (pieces.size() > 1 && current > 0 && pieces.get(1).base() <= commit.position()) {
      gone.add(pieces.remove(0));
      current--;
    }
    // A file that was written anew goes on.
    gone.removeIf(piece -> pieces.stream().anyMatch(kept -> kept.id().equals(piece.id())));
    return gone;
  }

  /** Reads on from a position: the beginning of a line. */
  private void begin(long from) throws IOException {
    closeFile();
    position = from;
    ended = false;
    atEnd = true; // unless a file is found
    boolean there = finder.there().isPresent();
    for (int i = 0; i < pieces.size(); i++) {
      boolean last = i + 1 == pieces.size();
      if (last || pieces.get(i + 1).base() > position) {
        if (open(pieces.get(i))) {
          current = i;
          return;
        }
        if (last && !there && upcoming.isEmpty()) {
          return; // the file may come back
        }
        giveUp(pieces.get(i));
        position = last ? position : pieces.get(i + 1).base();
      }
    }
    pieces.removeIf(piece -> piece.base() >= position); // of the last one nothing can be read
    OpenFile next = upcoming.poll();
    if (next == null) {
      next = finder.openThere().orElse(null);
    }
    if (next != null) {
      append(next);
    }
  }

  /** Opens what a piece is in, wherever that is now, and reads from the position on. */
  private boolean open(Piece piece) throws IOException {
    long offset = position - piece.base();
    Optional<OpenFile> found = finder.find(piece.id(), piece.fingerprint(), offset);
    found.ifPresent(opened -> read(opened, offset));
    return found.isPresent();
  }

  private void giveUp(Piece piece) {
    LOG.warn(
        "{}: what was at {} is gone, or was written anew; what stood behind byte {} of it is not"
            + " read",
        lane,
        path,
        position - piece.base());
  }

  /** From here on the lane goes on with another content. */
  private void append(OpenFile next) throws IOException {
    if (!pieces.isEmpty() && pieces.get(pieces.size() - 1).base() == position) {
      pieces.remove(pieces.size() - 1); // nothing was read of it
    }
    long contentId = OrderKeys.of(lane.name() + "/" + next.id().value() + "/" + next.createdMs());
    pieces.add(new Piece(position, next.id(), contentId, Fingerprint.NONE));
    news = true;
    current = pieces.size() - 1;
    read(next, 0);
  }

  private void read(OpenFile opened, long offset) {
    file = opened;
    lines = new LineReader(opened, offset, reading.window(), reading.maxLineBytes());
    origin = null;
    atEnd = false;
    leftAlone = false;
  }

  /**
   * Reads lines.
   *
   * @param into where they go
   * @param maxBytes no more lines once they have so many bytes
   */
  void read(List<SourceRecord> into, int maxRecords, long maxBytes, long nowNs) throws IOException {
    widenFingerprint();
    long bytes = 0;
    while (into.size() < maxRecords && bytes < maxBytes) {
      LineReader reader = lines;
      if (reader == null) {
        return;
      }
      Optional<Line> line = reader.next();
      atEnd = line.isEmpty();
      if (atEnd) {
        if (!mayGoOn(nowNs)) {
          return;
        }
        line = reader.rest();
      }
      if (line.isPresent()) {
        bytes += take(line.get(), into);
      } else {
        goOn();
        if (news) {
          return; // what is new is remembered before it is read
        }
      }
    }
  }

  /** Whether nothing more is to be expected of the file: what is left of it is its last line. */
  private boolean mayGoOn(long nowNs) {
    return !reading.follow()
        || current + 1 < pieces.size()
        || (!upcoming.isEmpty()
            && leftAlone
            && (nowNs - leftSinceNs >= reading.rotateWaitNs() || upcoming.size() == MAX_UPCOMING));
  }

  private long take(Line line, List<SourceRecord> into) {
    Piece piece = pieces.get(current);
    if (!piece.fingerprint().isKnown()) {
      piece = piece.begun(line.bytes());
      pieces.set(current, piece);
    }
    byte[] content = line.offset() == 0 ? ByteOrderMark.without(line.bytes()) : line.bytes();
    LineRecord.Origin from = origin;
    if (from == null) {
      String uri = path.toUri().toString();
      from = new LineRecord.Origin(path.toString(), uri, piece.contentId(), reading.format());
      origin = from;
    }
    Line taken =
        content == line.bytes() || line.isTooLong()
            ? line
            : new Line(line.offset(), content.length, content, line.next());
    long at = piece.base() + line.offset();
    position = piece.base() + line.next();
    if (line.isTooLong() || !reading.format().isNothing(content)) {
      LineRecord record = new LineRecord(from, at, taken);
      into.add(record);
      return record.sizeBytes();
    }
    return 0;
  }

  /** The more is known of how a file begins, the less it can be taken for another. */
  private void widenFingerprint() throws IOException {
    OpenFile open = file;
    if (open != null) {
      Piece piece = pieces.get(current);
      pieces.set(current, piece.with(piece.fingerprint().widened(open, position - piece.base())));
    }
  }

  /** The file is read to its end: goes on with what comes after it. */
  private void goOn() throws IOException {
    widenFingerprint();
    if (current + 1 < pieces.size()) {
      begin(pieces.get(current + 1).base());
      return;
    }
    OpenFile next = upcoming.poll();
    if (next == null && leadsElsewhere(pieces.get(current).id())) {
      next = finder.openThere().orElse(null);
    }
    closeFile();
    if (next == null) {
      ended = true;
    } else {
      append(next);
    }
  }

  /** Asks the file system, now and then, whether the path leads elsewhere. */
  void check(long nowNs) throws IOException {
    if (!reading.follow() || (checked && nowNs - checkedNs < CHECK_NS)) {
      return;
    }
    checked = true;
    checkedNs = nowNs;
    OpenFile open = file;
    if (open == null) {
      leave(nowNs);
      begin(position);
      return;
    }
    if (isReplaced(open)) {
      LOG.warn(
          "{}: {} was cut off or written anew; what stood behind byte {} of it is not read",
          lane,
          path,
          position - pieces.get(current).base());
      file = null;
      append(open);
      return;
    }
    Optional<FileId> there = finder.there();
    if (there.equals(Optional.of(upcoming.isEmpty() ? open.id() : upcoming.getLast().id()))) {
      if (upcoming.isEmpty()) {
        leftAlone = false;
      } else {
        leave(nowNs);
      }
      return;
    }
    leave(nowNs);
    if (there.isPresent() && upcoming.size() < MAX_UPCOMING) {
      Optional<OpenFile> next = finder.openThere();
      next.ifPresent(upcoming::add);
      news |= next.isPresent();
    }
  }

  private void leave(long nowNs) {
    if (!leftAlone) {
      leftAlone = true;
      leftSinceNs = nowNs;
    }
  }

  private boolean leadsElsewhere(FileId than) throws IOException {
    return finder.there().filter(id -> !id.equals(than)).isPresent();
  }

  private boolean isReplaced(OpenFile open) throws IOException {
    Piece piece = pieces.get(current);
    return open.length() < position - piece.base() || !piece.fingerprint().fits(open);
  }

  /** Where the lane ends now, as far as its lines are finished. */
  long end() throws IOException {
    OpenFile open = file;
    if (open == null) {
      return position;
    }
    long length = open.length();
    byte[] part = new byte[4 << 10];
    for (long to = length; to > 0; to -= part.length) {
      long from = Math.max(0, to - part.length);
      int read = open.read(from, part, 0, (int) (to - from));
      for (int i = read - 1; i >= 0; i--) {
        if (part[i] == '\n') {
          return pieces.get(current).base() + from + i + 1;
        }
      }
    }
    return pieces.get(current).base();
  }

  /**
   * Goes to the first line at or after a position.
   *
   * @return whether there is one; if not, the lane is where it was
   */
  boolean seek(long to) throws IOException {
    long before = position;
    long first = pieces.isEmpty() ? position : pieces.get(0).base();
    if (to < 0 || to > Math.max(end(), position)) {
      return false;
    }
    begin(Math.max(to, first));
    OpenFile open = file;
    if (open == null) {
      return true;
    }
    long offset = position - pieces.get(current).base();
    byte[] previous = new byte[1];
    if (offset == 0 || (open.read(offset - 1, previous, 0, 1) == 1 && previous[0] == '\n')) {
      return true;
    }
    LineReader rest = new LineReader(open, offset, reading.window(), reading.maxLineBytes());
    Optional<Line> inMidst = rest.next();
    if (inMidst.isEmpty()) {
      begin(before);
      return false;
    }
    begin(pieces.get(current).base() + inMidst.get().next());
    return true;
  }

  /** Lets go of its files. */
  void close() throws IOException {
    while (!upcoming.isEmpty()) {
      upcoming.remove().close();
    }
    closeFile();
  }

  private void closeFile() throws IOException {
    OpenFile closing = file;
    file = null;
    lines = null;
    if (closing != null) {
      closing.close();
    }
  }
}
