package io.penstock.server.cli;

import io.penstock.functions.Context;
import io.penstock.functions.Event;
import io.penstock.functions.EventHandler;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A function for tests: it takes as many milliseconds as the event's text says, and fails then if
 * there is a minus. It tells when it began.
 */
public final class TimedTask implements EventHandler<Event, Void> {

  /** When each began, by the event's id, in nanoseconds. */
  static final Map<String, Long> STARTED_NS = new ConcurrentHashMap<>();

  @Override
  public Void handle(Event event, Context context) throws InterruptedException {
    STARTED_NS.put(event.id(), System.nanoTime());
    long ms = Long.parseLong(event.text());
    if (ms != 0) {
      new CountDownLatch(1).await(Math.abs(ms), TimeUnit.MILLISECONDS);
    }
    if (ms < 0) {
      throw new IllegalStateException("as it was asked to");
    }
    return null;
  }
}
