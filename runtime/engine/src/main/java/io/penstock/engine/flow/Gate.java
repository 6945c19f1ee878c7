package io.penstock.engine.flow;

import io.penstock.engine.ConnectorStatus.LimitChange;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;

/**
 * A limit in force: counts what runs, and stays shut for as long as a throttled backend asked.
 *
 * <p>A slot is taken by {@link #tryEnter} and given back exactly once by {@link #leave} or
 * {@link #abandon}. Belongs to the core thread.
 */
public final class Gate {

  private static final int HISTORY = 64;

  private final String name;
  private final Limit limit;
  private final ArrayDeque<LimitChange> history = new ArrayDeque<>();
  private int inFlight;
  private int stuck;
  private boolean shut;
  private long shutUntilNs;

  /** An open gate. */
  public Gate(String name, Limit limit) {
    this.name = name;
    this.limit = limit;
  }

  /** The function or destination it stands before. */
  public String name() {
    return name;
  }

  /** Takes a slot if there is one and the gate isn't shut. */
  public boolean tryEnter(long nowNs) {
    if (inFlight >= limit.current() || isShut(nowNs)) {
      return false;
    }
    inFlight++;
    return true;
  }

  /** Whether a slot could be taken now. */
  public boolean isOpen(long nowNs) {
    return inFlight < limit.current() && !isShut(nowNs);
  }

  private boolean isShut(long nowNs) {
    if (shut && nowNs - shutUntilNs >= 0) {
      shut = false;
    }
    return shut;
  }

  /** Gives a slot back and tells how it went. */
  public void leave(long startNs, long nowNs, Limit.Verdict verdict, Instant at) {
    int running = inFlight--;
    int before = limit.current();
    String cause = limit.onSample(new Limit.Sample(startNs, nowNs, running, verdict));
    if (!cause.equals(Limit.UNCHANGED)) {
      if (history.size() == HISTORY) {
        history.removeFirst();
      }
      history.addLast(new LimitChange(at, before, limit.current(), cause));
    }
  }

  /** Gives back the slot of one of which nothing will be heard; it tells nothing about the load. */
  public void abandon() {
    inFlight--;
  }

  /** Lets nothing in until a time; a later one wins. */
  public void shutUntil(long untilNs) {
    if (!shut || untilNs - shutUntilNs > 0) {
      shut = true;
      shutUntilNs = untilNs;
    }
  }

  /**
   * When a shut gate opens.
   *
   * @return {@link Long#MAX_VALUE} if it isn't shut
   */
  public long opensAtNs(long nowNs) {
    return isShut(nowNs) ? shutUntilNs : Long.MAX_VALUE;
  }

  /** One that runs is past its deadline and hasn't returned. */
  public void stuck() {
    stuck++;
  }

  /** One that was stuck has returned; {@link #leave} follows. */
  public void unstuck() {
    stuck--;
  }

  /** How many may run. */
  public int limit() {
    return limit.current();
  }

  /** How many run. */
  public int inFlight() {
    return inFlight;
  }

  /** How many of them are stuck. */
  public int stuckCount() {
    return stuck;
  }

  /** Whether everything that may run is stuck. */
  public boolean isBlocked() {
    return stuck > 0 && stuck >= limit.current();
  }

  /** The newest changes, oldest first. */
  public List<LimitChange> history() {
    return List.copyOf(history);
  }
}
