package io.penstock.source.file;

/**
 * One content in a row of them that make up a lane: a file, until it is rotated away or written anew.
 *
 * <pre>
 *   lane app.log    0 ........ 81,920 ........ 163,002 ....
 *                   [ app.log.2 ][   app.log.1   ][ app.log
 * </pre>
 *
 * @param base the position in the lane of the content's first byte
 * @param id of the file
 * @param fingerprint of the content
 */
record Piece(long base, FileId id, Fingerprint fingerprint) {

  Piece with(Fingerprint known) {
    return new Piece(base, id, known);
  }
}
