package io.penstock.server.cases;

import io.penstock.functions.Context;
import io.penstock.functions.EventHandler;
import io.penstock.functions.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A function that does what its event says. */
public final class Moody implements EventHandler<Map<String, Object>, Outcome> {

  @Override
  public Outcome handle(Map<String, Object> order, Context context) throws InterruptedException {
    String mood = String.valueOf(order.get("mood"));
    switch (mood) {
      case "retry":
        return context.attempt() < 3
            ? Outcome.retryAfter(Duration.ZERO, "attempt " + context.attempt())
            : Outcome.done(mood);
      case "patient":
        return context.attempt() < 2
            ? Outcome.retryAfter(Duration.ofHours(1), "in an hour")
            : Outcome.done(context.deadline().toString());
      case "reject":
        return Outcome.reject("not today");
      case "throw":
        throw new IllegalStateException("broken");
      case "hang":
        new CountDownLatch(1).await(); // until it is interrupted
        return Outcome.done();
      default:
        return Outcome.done(mood);
    }
  }
}
