package io.penstock.engine.flow;

import io.penstock.engine.ConnectorStatus.GateStatus;
import io.penstock.engine.ConnectorStatus.LimitChange;
import io.penstock.engine.ConnectorStatus.RateChange;
import io.penstock.engine.ConnectorStatus.RateStatus;
import io.penstock.engine.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A limit in force: counts what runs, and stays shut for as long as a throttled backend asked.
 *
 * <p>A slot is taken by {@link #tryEnter} and given back exactly once by {@link #leave} or {@link
 * #abandon}. Belongs to the core thread.
 */
public final class Gate {

  private static final int HISTORY = 64;

  /** The longest that throttles which ask for nothing keep it shut. */
  private static final long MAX_BACKOFF_NS = Duration.ofSeconds(5).toNanos();

  private final String name;
  private final Limit limit;
  private final DoubleSupplier random;
  private final @Nullable TokenRate rate;
  private final Bound bound = new Bound();
  private final ArrayDeque<LimitChange> history = new ArrayDeque<>();
  private final ArrayDeque<RateChange> rateHistory = new ArrayDeque<>();
  private int inFlight;

  /** How many ran when the last one was let in: those that end together free all their slots. */
  private int reached;

  private int stuck;
  private boolean shut;
  private long shutUntilNs;
  private int throttlesInARow;
  private long lastThrottleNs;

  /** Whether a gate learns the rate of backends that refuse by rate. */
  public enum Rates {
    LEARNED,
    /** It only waits for as long as was asked. */
    IGNORED
  }

  /**
   * An open gate.
   *
   * @param random for jitter, from 0 to 1
   */
  public Gate(String name, Limit limit, Rates rates, DoubleSupplier random) {
    this.name = name;
    this.limit = limit;
    this.random = random;
    this.rate = rates == Rates.LEARNED ? new TokenRate(random) : null;
  }

  /** The function or destination it stands before. */
  public String name() {
    return name;
  }

  /** Takes a slot if there is one and the gate isn't shut. */
  public boolean tryEnter(long nowNs) {
    if (!isOpen(nowNs)) {
      return false;
    }
    inFlight++;
    reached = inFlight;
    if (rate != null) {
      rate.take();
      bound.started(nowNs, inFlight);
    }
    return true;
  }

  /** Whether a slot could be taken now. */
  public boolean isOpen(long nowNs) {
    return inFlight < limit.current() && !isShut(nowNs) && (rate == null || rate.has(nowNs));
  }

  private boolean isShut(long nowNs) {
    if (shut && nowNs - shutUntilNs >= 0) {
      shut = false;
    }
    return shut;
  }

  /**
   * Gives a slot back and tells how it went. After a throttle the gate is shut for as long as was
   * asked, and from the second throttle in a row on for a backoff at least.
   *
   * @param retry has the backoff
   */
  public void leave(Departure departure, RetryPolicy retry, Instant at) {
    inFlight--;
    long nowNs = departure.endNs();
    if (departure.verdict() == Limit.Verdict.THROTTLED) {
      throttled(departure, retry);
    } else if (departure.verdict() == Limit.Verdict.SERVED) {
      throttlesInARow = 0;
    }
    if (rate != null && isOfRate(departure, rate, at)) {
      return;
    }
    int before = limit.current();
    String cause =
        limit.onSample(
            new Limit.Sample(
                departure.startNs(),
                nowNs,
                departure.events(),
                reached,
                departure.verdict(),
                departure.retryAfterNs()));
    if (limit.current() != before) {
      keep(history, new LimitChange(at, before, limit.current(), cause));
    }
  }

  private static <T> void keep(ArrayDeque<T> ring, T newest) {
    if (ring.size() == HISTORY) {
      ring.removeFirst();
    }
    ring.addLast(newest);
  }

  /** Tells the rate; what was refused by rate tells nothing of how many may be in flight. */
  private boolean isOfRate(Departure departure, TokenRate known, Instant at) {
    boolean hasWait =
        departure.verdict() == Limit.Verdict.THROTTLED && departure.retryAfterNs() > 0;
    if (departure.verdict() == Limit.Verdict.SERVED) {
      bound.served(departure.startNs());
    } else if (hasWait && bound.isConcurrency(departure.startNs(), departure.endNs())) {
      known.giveUp();
      return false;
    }
    double before = known.perSecond();
    String cause =
        switch (departure.verdict()) {
          case SERVED -> known.served(departure.endNs());
          case THROTTLED ->
              hasWait
                  ? known.refused(departure.startNs(), departure.endNs(), departure.retryAfterNs())
                  : Limit.UNCHANGED;
          case TIMED_OUT, INCONCLUSIVE -> Limit.UNCHANGED;
        };
    if (!cause.equals(Limit.UNCHANGED)) {
      keep(rateHistory, new RateChange(at, before, known.perSecond(), cause));
    }
    return hasWait;
  }

  /** Those that started before the last throttle tell nothing new. */
  private void throttled(Departure departure, RetryPolicy retry) {
    long nowNs = departure.endNs();
    long shutNs = departure.retryAfterNs();
    if (throttlesInARow == 0 || departure.startNs() - lastThrottleNs >= 0) {
      lastThrottleNs = nowNs;
      if (throttlesInARow++ > 0) {
        long backoff = retry.backoffNs(throttlesInARow - 1, random.getAsDouble());
        shutNs = Math.max(shutNs, Math.min(MAX_BACKOFF_NS, backoff));
      }
    }
    if (shutNs > 0) {
      shutUntil(nowNs + shutNs);
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
    if (isShut(nowNs)) {
      return shutUntilNs;
    }
    return rate == null || inFlight >= limit.current() || rate.has(nowNs)
        ? Long.MAX_VALUE
        : rate.readyNs(nowNs);
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

  /** The newest changes of the limit, oldest first. */
  public List<LimitChange> history() {
    return List.copyOf(history);
  }

  /**
   * How it is now.
   *
   * @param shownName of the function or destination
   * @param progress what the function told last
   */
  public GateStatus status(String shownName, Optional<String> progress) {
    return new GateStatus(
        shownName,
        limit.current(),
        inFlight,
        stuck,
        history(),
        rate == null || !rate.isActive()
            ? Optional.empty()
            : Optional.of(new RateStatus(rate.perSecond(), List.copyOf(rateHistory))),
        progress);
  }
}
