package io.penstock.source.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.DecodeException;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line as a record. */
final class LineRecord implements SourceRecord {

  static final String TYPE = "io.penstock.file.line";

  /** What the objects of a record and its event weigh, roughly. */
  private static final int OVERHEAD_BYTES = 500;

  private static final String PARTITION_KEY = "partitionkey";

  private final Origin origin;
  private final long position;
  private final Line line;
  private @Nullable Event event;

  /**
   * Where lines come from; the same object for all lines of a content.
   *
   * @param path of the file, as it was when its lane began
   * @param uri of that path
   * @param contentId tells contents of the same path apart
   * @param format of the lines
   */
  record Origin(String path, String uri, long contentId, LineFormat format) {}

  LineRecord(Origin origin, long position, Line line) {
    this.origin = origin;
    this.position = position;
    this.line = line;
  }

  @Override
  public long position() {
    return position;
  }

  /** An event that is made of the line has a copy of what it reads. */
  @Override
  public int sizeBytes() {
    return (origin.format() == LineFormat.EVENT ? 2 : 1) * line.bytes().length + OVERHEAD_BYTES;
  }

  @Override
  public long orderKey() {
    byte[] key = key();
    return key == null ? NO_ORDER_KEY : OrderKeys.of(key);
  }

  @Override
  public Event event() {
    Event known = event;
    if (known == null) {
      known = decode();
      event = known;
    }
    return known;
  }

  private Event decode() {
    if (line.isTooLong()) {
      throw new DecodeException(
          "the line at byte "
              + line.offset()
              + " of "
              + origin.path()
              + " has "
              + line.length()
              + " bytes, more than maxLineBytes; raise it, or read the line from the file");
    }
    try {
      return origin
          .format()
          .event(
              Event.builder()
                  .id(Long.toHexString(origin.contentId()) + "-" + position)
                  .source(origin.uri())
                  .type(TYPE)
                  .extension("fileoffset", Long.toString(line.offset())),
              line.bytes());
    } catch (DecodeException e) {
      throw new DecodeException(
          "the line at byte " + line.offset() + " of " + origin.path() + ": " + e.getMessage());
    }
  }

  /** Of a line that is too long, its beginning. */
  @Override
  public OriginalRecord original() {
    return new OriginalRecord(key(), List.of(), line.bytes());
  }

  @Override
  public byte @Nullable [] key() {
    if (origin.format() != LineFormat.EVENT) {
      return null;
    }
    try {
      return event()
          .extension(PARTITION_KEY)
          .filter(key -> !key.isEmpty())
          .map(key -> key.getBytes(UTF_8))
          .orElse(null);
    } catch (DecodeException e) {
      return null; // whoever asks for the event is told
    }
  }
}
