package io.penstock.source.http.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What the files of a log are made of.
 *
 * <pre>
 *   file    'P' 'E' 'L' | version 1 | base, 8 bytes | CRC-32C of all that, 4 | frame | frame | ...
 *   frame   length of the record, 4 | CRC-32C of what follows, 4
 *           | position, 8 | durable, 8 | time, 8 | record
 * </pre>
 *
 * The base is the position of the first frame. <i>Durable</i> tells below which position everything
 * was on disk when the frame was written: it tells a record that was lost from one that was never
 * finished.
 */
final class Frames {

  static final int FILE_HEADER = 16;
  static final int HEADER = 32;

  private static final int PREAMBLE = 'P' << 24 | 'E' << 16 | 'L' << 8 | 1;
  private static final int MAGIC_BITS = 8;
  private static final int CRC_FROM = 8;

  private Frames() {}

  /** The beginning of a frame, as it stands there. */
  record Header(int length, int crc, long position, long durable, long timeMs) {

    /** Whether it can be one: some length, and positions in their order. */
    boolean isPlausible(long maxLength) {
      return length >= 0
          && length <= maxLength
          && position >= 0
          && durable >= 0
          && durable <= position;
    }

    int frameLength() {
      return HEADER + length;
    }
  }

  static byte[] fileHeader(long base) {
    ByteBuffer header = ByteBuffer.allocate(FILE_HEADER).putInt(PREAMBLE).putLong(base);
    return header.putInt(crc(header.array(), 0, header.position())).array();
  }

  /** Whether bytes begin as files of this format do, in whatever version. */
  static boolean isOtherVersion(byte[] fileHeader) {
    int preamble = ByteBuffer.wrap(fileHeader).getInt();
    return preamble != PREAMBLE && preamble >>> MAGIC_BITS == PREAMBLE >>> MAGIC_BITS;
  }

  static int size(byte[] record) {
    return HEADER + record.length;
  }

  /** Writes a frame. */
  static void put(ByteBuffer out, Entry entry, long durable) {
    int from = out.position();
    out.putInt(entry.bytes().length).putInt(0);
    out.putLong(entry.position()).putLong(durable).putLong(entry.timeMs()).put(entry.bytes());
    int crc = crc(out.array(), from + CRC_FROM, out.position() - from - CRC_FROM);
    out.putInt(from + Integer.BYTES, crc);
  }

  /** Reads the beginning of a frame. */
  static Header header(byte[] bytes, int from) {
    ByteBuffer in = ByteBuffer.wrap(bytes, from, HEADER);
    return new Header(in.getInt(), in.getInt(), in.getLong(), in.getLong(), in.getLong());
  }

  /** Whether a frame is what was written. All of it must be there. */
  static boolean isWhole(Header header, byte[] bytes, int from) {
    return header.crc() == crc(bytes, from + CRC_FROM, header.frameLength() - CRC_FROM);
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
