package io.penstock.source.kafka;

import io.penstock.connector.SeekTarget;
import io.penstock.connector.config.Problems;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where a lane begins that the group has no committed offset for. */
sealed interface StartAt {

  /** What {@code startAt} may be, for messages. */
  String EXPECTED =
      "\"earliest\", \"latest\", a time such as \"2026-01-01T00:00:00Z\", or offsets by lane such as"
          + " {\"offsets\": {\"orders-0\": 1200}}";

  /** Where this lane begins. */
  SeekTarget of(String lane);

  /** The same kind of place in every lane. */
  record Everywhere(SeekTarget target) implements StartAt {
    @Override
    public SeekTarget of(String lane) {
      return target;
    }
  }

  /** At these offsets; lanes that aren't named begin at the earliest record. */
  record Offsets(Map<String, Long> byLane) implements StartAt {
    @Override
    public SeekTarget of(String lane) {
      Long offset = byLane.get(lane);
      return offset == null ? new SeekTarget.Earliest() : new SeekTarget.Position(offset);
    }
  }

  /**
   * Reads the JSON form; adds to {@code problems} what is wrong with it.
   *
   * @return null if something is wrong
   */
  static @Nullable StartAt read(Object tree, String path, Problems problems) {
    if (tree instanceof String text) {
      return readText(text, path, problems);
    }
    if (tree instanceof Map<?, ?> map
        && map.size() == 1
        && map.get("offsets") instanceof Map<?, ?> offsets) {
      return readOffsets(offsets, path + ".offsets", problems);
    }
    problems.add(path, "something else", EXPECTED);
    return null;
  }

  private static @Nullable StartAt readText(String text, String path, Problems problems) {
    switch (text) {
      case "earliest":
        return new Everywhere(new SeekTarget.Earliest());
      case "latest":
        return new Everywhere(new SeekTarget.Latest());
      default:
        try {
          return new Everywhere(new SeekTarget.At(Instant.parse(text)));
        } catch (DateTimeException e) {
          problems.add(path, "'" + text + "'", EXPECTED);
          return null;
        }
    }
  }

  private static @Nullable StartAt readOffsets(Map<?, ?> tree, String path, Problems problems) {
    Map<String, Long> offsets = new TreeMap<>();
    tree.forEach(
        (lane, offset) -> {
          String lanePath = path + "['" + lane + "']";
          if (!String.valueOf(lane).matches(".+-\\d+")) {
            problems.add(
                lanePath, "'" + lane + "'", "a lane, that is, topic-partition such as orders-0");
          }
          if (isWhole(offset) && ((Number) offset).longValue() >= 0) {
            offsets.put(String.valueOf(lane), ((Number) offset).longValue());
          } else {
            problems.add(lanePath, String.valueOf(offset), "an offset, 0 or more");
          }
        });
    if (tree.isEmpty()) {
      problems.add(path, "an empty object", "at least one lane with its offset");
    }
    return new Offsets(Map.copyOf(offsets));
  }

  private static boolean isWhole(@Nullable Object value) {
    return value instanceof Long
        || value instanceof Integer
        || (value instanceof BigInteger big && big.bitLength() < Long.SIZE);
  }
}
