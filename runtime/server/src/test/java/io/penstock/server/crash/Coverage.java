package io.penstock.server.crash;

import io.penstock.connector.PositionRanges;
import java.util.Map;

/**
 * What the group's offsets said was settled.
 *
 * @param seenMs when the broker had said so at the latest, by the clock of this machine
 * @param partitions what was committed, by partition
 */
record Coverage(long seenMs, Map<Integer, Committed> partitions) {

  /** An offset with the ranges settled beyond it. */
  record Committed(long position, PositionRanges beyond) {

    boolean covers(long offset) {
      return offset < position || beyond.contains(offset);
    }
  }
}
