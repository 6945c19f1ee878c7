package io.penstock.examples;

import io.penstock.functions.AsyncEventHandler;
import io.penstock.functions.Context;
import io.penstock.functions.ThrottledException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks a credit bureau about each order without blocking a thread while the answer is under way. The
 * bureau is made up: it takes 20 ms, and when it has too many questions at a time it says so, which
 * makes Penstock ask fewer at a time. Setting {@code limit}: up to which total an order is fine, by
 * default 400.
 */
public final class CheckCredit implements AsyncEventHandler<Order, CheckCredit.Verdict> {

  private static final int QUESTIONS_AT_A_TIME = 200;
  private static final Executor BUREAU =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  private final AtomicInteger questions = new AtomicInteger();

  /** What is sent on, as JSON. */
  public record Verdict(String order, boolean granted) {}

  @Override
  public CompletionStage<Verdict> handle(Order order, Context context) {
    if (questions.incrementAndGet() > QUESTIONS_AT_A_TIME) {
      questions.decrementAndGet();
      throw new ThrottledException("the credit bureau is busy", Duration.ofMillis(100));
    }
    BigDecimal limit = new BigDecimal(context.settings().getOrDefault("limit", "400"));
    return CompletableFuture.supplyAsync(() -> verdict(order, limit), BUREAU)
        .whenComplete((verdict, failure) -> questions.decrementAndGet());
  }

  private static Verdict verdict(Order order, BigDecimal limit) {
    BigDecimal total = order.total() == null ? BigDecimal.ZERO : order.total();
    return new Verdict(order.id(), total.compareTo(limit) <= 0);
  }
}
