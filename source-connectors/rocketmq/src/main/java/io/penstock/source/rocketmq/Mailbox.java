package io.penstock.source.rocketmq;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What the client's threads have to say to the intake thread. It holds one letter for each request
 * that is under way at most, of which there are two a queue.
 */
final class Mailbox {

  /** Something to do on the intake thread. */
  @FunctionalInterface
  interface Letter {
    void read(long nowNs);
  }

  private final BlockingQueue<Letter> letters = new LinkedBlockingQueue<>();
  private final LongSupplier nanoTime;

  Mailbox(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Leaves a letter. Any thread. */
  void put(Letter letter) {
    letters.add(letter);
  }

  /** Reads what is there. */
  void read() {
    Letter letter;
    while ((letter = letters.poll()) != null) {
      letter.read(nanoTime.getAsLong());
    }
  }

  /** Reads what is there, or comes within the time. */
  void read(Duration maxWait) throws InterruptedException {
    Letter letter = letters.poll(maxWait.toNanos(), TimeUnit.NANOSECONDS);
    if (letter != null) {
      letter.read(nanoTime.getAsLong());
      read();
    }
  }
}
