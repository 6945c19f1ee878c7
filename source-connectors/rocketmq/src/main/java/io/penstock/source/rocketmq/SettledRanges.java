package io.penstock.source.rocketmq;

import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.connector.SourceContext;
import io.penstock.connector.StoredPositions;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is settled beyond the group's offsets, which have no room for it: in the worker's own state,
 * so that at least the same worker does not repeat it after a restart. It counts only if the
 * group's offset is still what it was written for. Belongs to the intake thread.
 */
final class SettledRanges {

  private static final long EVERY_NS = Duration.ofSeconds(1).toNanos();

  private final SourceContext context;
  private Map<Lane, LaneCommit> written = Map.of();
  private boolean isDue;
  private boolean hasWritten;
  private long writtenNs;

  SettledRanges(SourceContext context) {
    this.context = context;
  }

  private static String key(SourceContext context) {
    return "connectors/" + context.connector() + "/rocketmq-settled";
  }

  static Map<Lane, LaneCommit> load(SourceContext context) {
    return StoredPositions.load(context, key(context));
  }

  /** Something was committed. */
  void changed() {
    isDue = true;
  }

  /** Writes what is settled beyond, now and then: each time costs a write to disk. */
  void keepIfDue(Collection<OwnedQueue> owned, long nowNs) {
    if (isDue && (!hasWritten || nowNs - writtenNs >= EVERY_NS)) {
      keep(owned, nowNs);
    }
  }

  /** Writes what is settled beyond. What was written by an earlier start goes with the first. */
  void keep(Collection<OwnedQueue> owned, long nowNs) {
    isDue = false;
    Map<Lane, LaneCommit> beyond = new LinkedHashMap<>();
    for (OwnedQueue queue : owned) {
      LaneCommit commit = queue.wanted();
      if (commit != null && !commit.settledBeyond().isEmpty()) {
        beyond.put(queue.lane(), commit);
      }
    }
    if (!hasWritten || !beyond.equals(written)) {
      context.state().put(key(context), StoredPositions.encode(beyond));
      written = beyond;
      hasWritten = true;
      writtenNs = nowNs;
    }
  }
}
