package io.penstock.server.demo;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Sends orders at a steady rate on a thread of its own until it is closed. */
final class OrderFeeder implements AutoCloseable {

  private static final long PAUSE_NS = 1_000_000;
  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final DemoSystem.OrderSender sender;
  private final Arrivals arrivals;
  private final int perSecond;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::run, "penstock-demo-feeder");
  private volatile boolean closed;

  OrderFeeder(DemoSystem.OrderSender sender, Arrivals arrivals, int perSecond) {
    this.sender = sender;
    this.arrivals = arrivals;
    this.perSecond = perSecond;
  }

  void start() {
    thread.start();
  }

  private void run() {
    long startNs = System.nanoTime();
    long number = 0;
    while (!closed) {
      long due = (long) ((System.nanoTime() - startNs) / 1e9 * perSecond);
      while (number < due && !closed) {
        send(number++);
      }
      LockSupport.parkNanos(this, PAUSE_NS);
    }
  }

  private void send(long number) {
    if (Orders.isPaid(number)) {
      arrivals.sending(number, System.nanoTime());
    } else {
      arrivals.sendingFiltered();
    }
    sender.send(
        Orders.key(number), Orders.json(number), error -> failure.compareAndSet(null, error));
  }

  /** Why an order could not be sent, if that happened: the count can't come out even then. */
  @Nullable Exception failure() {
    return failure.get();
  }

  /** Sends no more, and waits until what was sent is acknowledged. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      thread.join(CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sender.close();
  }
}
