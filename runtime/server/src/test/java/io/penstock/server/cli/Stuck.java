package io.penstock.server.cli;

import io.penstock.functions.Context;
import io.penstock.functions.EventHandler;
import java.util.concurrent.CountDownLatch;

/** A function for tests: it never returns unless it is interrupted. */
public final class Stuck implements EventHandler<String, Void> {
  @Override
  public Void handle(String input, Context context) throws InterruptedException {
    new CountDownLatch(1).await();
    return null;
  }
}
