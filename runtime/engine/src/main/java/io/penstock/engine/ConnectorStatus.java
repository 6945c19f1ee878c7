package io.penstock.engine;

import io.penstock.connector.SnapshotProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a connector is at one moment. Counts are since it was started in this process.
 *
 * @param name of the connector
 * @param state what it does
 * @param paused who paused it and when, if it is paused
 * @param health empty if all is well, otherwise what is wrong, for people
 * @param snapshot how far the source is with what was there before, while it reads that
 * @param lanes the lanes it owns, by name
 * @param function the function's gate; empty for a plain stream
 * @param sinks success sinks, then failure sinks
 * @param window what is under way
 * @param counts what happened so far
 * @param eventsPerSecond settled events a second, over the last seconds
 * @param lastError the newest error, also if it is long over
 */
public record ConnectorStatus(
    String name,
    State state,
    Optional<Pause> paused,
    List<String> health,
    Optional<SnapshotProgress> snapshot,
    List<LaneStatus> lanes,
    Optional<GateStatus> function,
    List<SinkStatus> sinks,
    WindowStatus window,
    Counts counts,
    double eventsPerSecond,
    Optional<ErrorNote> lastError) {

  /** What a connector does. */
  public enum State {
    /** Opening its source and sinks, or trying to. */
    STARTING,
    /** Taking events. */
    RUNNING,
    /** Keeping its place but taking nothing. */
    PAUSED,
    /** Finishing what is under way. */
    STOPPING,
    /** Ended, as asked. */
    STOPPED,
    /** Ended by an error that a person must mend. */
    FAILED
  }

  /** A pause: who asked for it and when. */
  public record Pause(String by, Instant since) {}

  /** An error: when, a stable code, and what happened. */
  public record ErrorNote(Instant at, String code, String text) {}

  /**
   * A lane.
   *
   * @param name of the lane
   * @param committed every record below this position is settled and committed
   * @param next the position after the newest record taken
   * @param span events taken and not yet below the settled prefix
   * @param settledBeyond how many of them are settled
   * @param lag records still in the source, -1 if not known
   * @param headOfLine one unsettled event holds up an almost full window
   * @param halted why it stopped, if it did
   */
  public record LaneStatus(
      String name,
      long committed,
      long next,
      long span,
      long settledBeyond,
      long lag,
      HeadOfLine headOfLine,
      Optional<String> halted) {}

  /** Whether one event holds up a lane. */
  public enum HeadOfLine {
    /** No. */
    CLEAR,
    /** The window is over 90% full and 98% of it, or all of it but one event, is settled. */
    BLOCKED
  }

  /**
   * A limit and what it did.
   *
   * @param name of the function or destination
   * @param limit how many may run
   * @param inFlight how many do
   * @param stuck how many of them are past their deadline and have not returned
   * @param history the newest changes of the limit, oldest first
   * @param rate how many calls a second may start, if a backend has said that they were too many
   * @param progress what the function told last about its progress
   */
  public record GateStatus(
      String name,
      int limit,
      int inFlight,
      int stuck,
      List<LimitChange> history,
      Optional<RateStatus> rate,
      Optional<String> progress) {}

  /**
   * A rate and what it did.
   *
   * @param perSecond how many calls may start
   * @param history the newest changes, oldest first
   */
  public record RateStatus(double perSecond, List<RateChange> history) {}

  /** A change of a rate: when, from, to, and why in a word such as {@code refused}. */
  public record RateChange(Instant at, double from, double to, String cause) {}

  /** A change of a limit: when, from, to, and why in a word such as {@code throttled}. */
  public record LimitChange(Instant at, int from, int to, String cause) {}

  /**
   * A sink.
   *
   * @param name of the sink
   * @param delivered records delivered
   * @param retries deliveries of a record that failed and were to be tried again
   * @param waiting records given to it and not delivered yet
   * @param unreadable records whose payload its filter or transform could not read; how often if
   *     they were tried again
   * @param gate the limit on deliveries to its destination
   * @param lastError its newest error
   */
  public record SinkStatus(
      String name,
      long delivered,
      long retries,
      long waiting,
      long unreadable,
      GateStatus gate,
      Optional<ErrorNote> lastError) {}

  /**
   * What is under way.
   *
   * @param events taken and unsettled
   * @param bytes they keep
   * @param maxBytes at which nothing more is taken
   * @param oldest the age of the oldest
   */
  public record WindowStatus(long events, long bytes, long maxBytes, Optional<Duration> oldest) {}

  /**
   * What happened so far.
   *
   * @param received events taken from the source
   * @param skipped taken again after a restart though settled before, and not handled again
   * @param delivered settled: handled and delivered
   * @param filtered settled: did not pass the filter
   * @param deadLettered settled: gone to the failure sinks
   * @param dropped settled: given up by an explicit policy
   * @param invocations calls of the function
   * @param failures attempts of events that failed
   * @param throttles events put off because something was overloaded
   * @param timeouts invocations past their deadline
   * @param expired events that grew too old
   * @param late answers that came after their event was settled or its lane was gone
   * @param unreadable events that could not be read, or whose payload the connector's filter or
   *     transform could not; whatever became of them
   */
  public record Counts(
      long received,
      long skipped,
      long delivered,
      long filtered,
      long deadLettered,
      long dropped,
      long invocations,
      long failures,
      long throttles,
      long timeouts,
      long expired,
      long late,
      long unreadable) {

    /** All settled events. */
    public long settled() {
      return delivered + filtered + deadLettered + dropped;
    }
  }
}
