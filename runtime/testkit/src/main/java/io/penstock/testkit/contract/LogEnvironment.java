package io.penstock.testkit.contract;

import io.penstock.connector.Lane;
import io.penstock.connector.LogSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The world around a log source under test: a server with logs to read. One serves all tests of a
 * suite; what it needs itself (clients, servers) is started before the first test.
 */
public interface LogEnvironment extends AutoCloseable {

  /** What not every log can. */
  enum Feature {
    /** Several sources with one identity share the lanes of a log. */
    SHARED_LANES,
    /** Records have keys. */
    KEYS,
    /** Records have times, and can be found by them. */
    TIMES,
    /** Old records can be removed. */
    RETENTION
  }

  /** What this kind of log can. */
  Set<Feature> features();

  /** How many lanes a log can have at most, one or more. */
  default int maxLanes() {
    return Integer.MAX_VALUE;
  }

  /** Whether a lane can be moved while it is read. */
  default boolean canSeek() {
    return true;
  }

  /** Makes an empty log with so many lanes, which no source has read yet. */
  Log newLog(int lanes);

  /** A source whose server can't be reached. */
  LogSource unreachable();

  /** Frees what it holds. */
  @Override
  void close();

  /** One log, and the identity (a group, a slot) under which it is read. */
  interface Log {

    /** Its lanes, named as the source names them. */
    List<Lane> lanes();

    /** Adds entries at the end of a lane, and returns when they can be read. */
    void append(Lane lane, List<Entry> entries);

    /** A new source of this log under its one identity, which begins at the earliest record. */
    LogSource source();

    /** How far the lane is stored as settled, asked from outside; empty if nothing is stored. */
    OptionalLong committed(Lane lane);

    /**
     * Removes the records of the lane below a position. Called only with {@link Feature#RETENTION}.
     */
    void removeBefore(Lane lane, long position);
  }

  /**
   * A record to be made.
   *
   * @param key null for none
   * @param value the payload
   */
  record Entry(@Nullable String key, String value) {}
}
