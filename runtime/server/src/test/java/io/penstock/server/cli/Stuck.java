package io.penstock.server.cli;

import io.penstock.functions.Context;
import io.penstock.functions.EventHandler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A function for tests: it never returns unless it is interrupted. */
public final class Stuck implements EventHandler<String, Void> {

  /** How often it was called in this process. */
  static final AtomicInteger ENTERED = new AtomicInteger();

  @Override
  public Void handle(String input, Context context) throws InterruptedException {
    ENTERED.incrementAndGet();
    new CountDownLatch(1).await();
    return null;
  }
}
