package io.penstock.storage;

import io.penstock.connector.ConnectorException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The bytes of a value in a file of its own, as an older Penstock kept it.
 *
 * <pre>
 *   'P' 'S' | version 1 | CRC-32C of the value, 4 bytes | value
 * </pre>
 */
final class StoredValue {

  private static final byte[] MAGIC = {'P', 'S'};
  private static final byte VERSION = 1;
  private static final int HEADER = MAGIC.length + 1 + Integer.BYTES;

  private StoredValue() {}

  /**
   * Reads what an older Penstock wrote.
   *
   * @param file is named in messages
   * @throws ConnectorException fatal, if it is anything else
   */
  static byte[] decode(byte[] stored, Path file) {
    if (stored.length < HEADER || stored[0] != MAGIC[0] || stored[1] != MAGIC[1]) {
      throw unreadable(file, "it is no state file of Penstock");
    }
    if (stored[2] != VERSION) {
      throw unreadable(
          file,
          "its format is version "
              + stored[2]
              + ", and this Penstock reads version "
              + VERSION
              + "; a newer Penstock has written it");
    }
    int expected = ByteBuffer.wrap(stored).getInt(MAGIC.length + 1);
    if (checksum(stored, HEADER) != expected) {
      throw unreadable(file, "its checksum does not match, so the file is damaged");
    }
    byte[] value = new byte[stored.length - HEADER];
    System.arraycopy(stored, HEADER, value, 0, value.length);
    return value;
  }

  private static int checksum(byte[] bytes, int from) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, from, bytes.length - from);
    return (int) checksum.getValue();
  }

  private static ConnectorException unreadable(Path file, String why) {
    return ConnectorException.fatal(
        "the state file "
            + file
            + " can't be read: "
            + why
            + ". Put back a good copy, or remove the file to begin without this value",
        null);
  }
}
