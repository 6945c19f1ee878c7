package io.penstock.source.file;

import io.penstock.connector.DecodeException;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.PositionRanges;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is remembered of files over a restart.
 *
 * <pre>
 *   version 1 | lanes, 4 bytes
 *             | for each: name; position, 8; settled ranges; pieces, 4; pieces; upcoming, 4; files' ids
 *             | finished, 4; pieces
 *   piece       base, 8; file's id; content's id, 8; length of its fingerprint, 4; hash, 8
 * </pre>
 *
 * Texts are in modified UTF-8 with a length of 2 bytes.
 *
 * @param lanes by name
 * @param finished files that have been read to their end and may still lie where a pattern finds
 *     them
 */
record StoredFiles(Map<String, StoredLane> lanes, List<Piece> finished) {

  static final StoredFiles NONE = new StoredFiles(Map.of(), List.of());

  private static final int VERSION = 1;
  private static final int MAX_RANGES_LENGTH = 4_096;

  /**
   * A lane.
   *
   * @param commit how far it is settled
   * @param pieces what it is made of from there on
   * @param upcoming files that come after that, and of which nothing was read
   */
  record StoredLane(LaneCommit commit, List<Piece> pieces, List<FileId> upcoming) {

    static final StoredLane NEW =
        new StoredLane(new LaneCommit(0, PositionRanges.empty()), List.of(), List.of());
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeInt(lanes.size());
      for (Map.Entry<String, StoredLane> lane : lanes.entrySet()) {
        LaneCommit commit = lane.getValue().commit();
        out.writeUTF(lane.getKey());
        out.writeLong(commit.position());
        out.writeUTF(commit.settledBeyond().encode(commit.position(), MAX_RANGES_LENGTH));
        write(lane.getValue().pieces(), out);
        out.writeInt(lane.getValue().upcoming().size());
        for (FileId id : lane.getValue().upcoming()) {
          out.writeUTF(id.value());
        }
      }
      write(finished, out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void write(List<Piece> pieces, DataOutputStream out) throws IOException {
    out.writeInt(pieces.size());
    for (Piece piece : pieces) {
      out.writeLong(piece.base());
      out.writeUTF(piece.id().value());
      out.writeLong(piece.contentId());
      out.writeInt(piece.fingerprint().length());
      out.writeLong(piece.fingerprint().hash());
    }
  }

  /**
   * Reads what {@link #encode} made.
   *
   * @throws DecodeException if it is anything else
   */
  static StoredFiles decode(byte[] stored) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
      int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw new DecodeException("files: version " + version + " is not known");
      }
      Map<String, StoredLane> lanes = new LinkedHashMap<>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        String name = in.readUTF();
        long position = in.readLong();
        PositionRanges beyond = PositionRanges.decode(position, in.readUTF());
        lanes.put(name, new StoredLane(new LaneCommit(position, beyond), pieces(in), ids(in)));
      }
      return new StoredFiles(lanes, pieces(in));
    } catch (IOException e) {
      throw new DecodeException("files: cut short", e);
    }
  }

  private static List<FileId> ids(DataInputStream in) throws IOException {
    List<FileId> ids = new ArrayList<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      ids.add(new FileId(in.readUTF()));
    }
    return ids;
  }

  private static List<Piece> pieces(DataInputStream in) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      pieces.add(
          new Piece(
              in.readLong(),
              new FileId(in.readUTF()),
              in.readLong(),
              new Fingerprint(in.readInt(), in.readLong())));
    }
    return pieces;
  }
}
