package io.penstock.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A clock that stands still until the test moves it: for handlers that are made with a {@link
 * Clock}. Given to a {@link TestFunction}, deadlines follow it too. Moved by one thread, read by
 * any.
 */
public final class TestClock extends Clock {

  private final Time time;
  private final ZoneId zone;

  /** What clocks of several zones share. */
  private static final class Time {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Instant now;

    Time(Instant now) {
      this.now = now;
    }
  }

  private TestClock(Time time, ZoneId zone) {
    this.time = time;
    this.zone = zone;
  }

  /** A clock that stands at 2000-01-01T00:00 in UTC. */
  public static TestClock create() {
    return at(Instant.parse("2000-01-01T00:00:00Z"));
  }

  /** A clock that stands at an instant, in UTC. */
  public static TestClock at(Instant now) {
    return new TestClock(new Time(now), ZoneOffset.UTC);
  }

  /**
   * Moves it, and all that {@link #withZone} made of it.
   *
   * @throws IllegalArgumentException if that is backwards
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time doesn't run backwards: " + by);
    }
    time.now = time.now.plus(by);
    time.listeners.forEach(Runnable::run);
  }

  void onAdvance(Runnable listener) {
    time.listeners.add(listener);
  }

  @Override
  public Instant instant() {
    return time.now;
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new TestClock(time, other);
  }
}
