package io.penstock.connector;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far the lanes of a source are settled, for one that keeps that in the worker's state: as text,
 * the version, then a line a lane with its name, its position and the ranges that
 * are settled beyond.
 *
 * <pre>
 *   1
 *   0 1200 1:AgMFAQ
 *   1 1187
 * </pre>
 */
public final class StoredPositions {

  private static final String VERSION = "1";
  private static final int MAX_RANGES_LENGTH = 4_096;

  private StoredPositions() {}

  /**
   * What is stored for a connector.
   *
   * @param key where
   * @return empty if nothing is stored
   * @throws ConnectorException fatal if it can't be read; says what to do
   */
  public static Map<Lane, LaneCommit> load(SourceContext context, String key) {
    try {
      return context.state().get(key).map(StoredPositions::decode).orElse(Map.of());
    } catch (DecodeException e) {
      throw ConnectorException.fatal(
          "the stored positions of connector "
              + context.connector()
              + " can't be read: "
              + e.getMessage()
              + ". Remove "
              + key
              + " from the worker's state to begin anew",
          e);
    }
  }

  /** The text of these commits. */
  public static byte[] encode(Map<Lane, LaneCommit> commits) {
    StringBuilder text = new StringBuilder(VERSION).append('\n');
    commits.forEach(
        (lane, commit) ->
            text.append(lane.name())
                .append(' ')
                .append(commit.position())
                .append(' ')
                .append(commit.settledBeyond().encode(commit.position(), MAX_RANGES_LENGTH))
                .append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #encode} made.
   *
   * @throws DecodeException if it is anything else
   */
  public static Map<Lane, LaneCommit> decode(byte[] stored) {
    String[] lines = new String(stored, StandardCharsets.UTF_8).split("\n", -1);
    if (!lines[0].equals(VERSION)) {
      throw new DecodeException("positions: expected version " + VERSION + " in the first line");
    }
    Map<Lane, LaneCommit> commits = new LinkedHashMap<>();
    for (int i = 1; i < lines.length - 1; i++) {
      String[] words = lines[i].split(" ", -1);
      if (words.length != 3) {
        throw new DecodeException("positions: line " + (i + 1) + " has not three words");
      }
      try {
        long position = Long.parseLong(words[1]);
        PositionRanges beyond = PositionRanges.decode(position, words[2]);
        commits.put(new Lane(words[0]), new LaneCommit(position, beyond));
      } catch (NumberFormatException e) {
        throw new DecodeException("positions: line " + (i + 1) + " has no position", e);
      }
    }
    return commits;
  }
}
