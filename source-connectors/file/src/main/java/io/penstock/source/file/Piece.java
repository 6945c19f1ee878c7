package io.penstock.source.file;

import io.penstock.connector.OrderKeys;

/**
 * One content in a row of them that make up a lane: a file, until it is rotated away or written
 * anew.
 *
 * <pre>
 *   lane app.log    0 ........ 81,920 ........ 163,002 ....
 *                   [ app.log.2 ][   app.log.1   ][ app.log
 * </pre>
 *
 * @param base the position in the lane of the content's first byte
 * @param id of the file
 * @param contentId goes into the ids of its events: files that have had the same path differ in it
 * @param fingerprint of the content, as far as it has been read
 */
record Piece(long base, FileId id, long contentId, Fingerprint fingerprint) {

  /** What it is when its first line is read. */
  Piece begun(byte[] firstLine) {
    Fingerprint known = Fingerprint.of(firstLine);
    return new Piece(base, id, OrderKeys.mix(contentId ^ known.hash()), known);
  }

  Piece with(Fingerprint known) {
    return new Piece(base, id, contentId, known);
  }
}
