package io.penstock.engine.intake;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much a connector has under way: bytes, added by the intake and taken off by the core as events
 * settle, and chunks that the core has not looked at yet. Thread-safe.
 */
public final class Budget {

  /** What the engine itself keeps for an event, roughly, in bytes. */
  public static final int EVENT_OVERHEAD = 160;

  private static final int MAX_CHUNKS = 8;

  private final long maxBytes;
  private volatile boolean enough;
  private final AtomicLong usedBytes = new AtomicLong();
  private final AtomicInteger chunks = new AtomicInteger();
  private long handedOver;
  private long taken;

  /** A budget of so many bytes. */
  public Budget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The bound. */
  public long maxBytes() {
    return maxBytes;
  }

  /** What is used of it; the last poll may have gone over the bound. */
  public long usedBytes() {
    return usedBytes.get();
  }

  /**
   * The core has enough to go on with, or not any more. More than that would only lie about: it would
   * cost memory, and be handled again after a crash.
   */
  public void enough(boolean isEnough) {
    if (enough != isEnough) {
      enough = isEnough;
    }
  }

  /** Whether the core has enough to go on with. */
  public boolean isEnough() {
    return enough;
  }

  /** Something was taken in; negative for the reverse. */
  public void add(long bytes) {
    usedBytes.addAndGet(bytes);
  }

  void chunkHandedOver() {
    handedOver++;
    chunks.incrementAndGet();
  }

  /** How many chunks were handed over since the beginning. Intake thread. */
  public long chunksHandedOver() {
    return handedOver;
  }

  /** How many chunks the core has taken over since the beginning. Core thread. */
  public long chunksTaken() {
    return taken;
  }

  /** The core has taken a chunk over; answers whether an intake that waited may go on. */
  public boolean chunkTaken() {
    taken++;
    return chunks.decrementAndGet() == MAX_CHUNKS / 2;
  }

  /** Whether the core is behind with what was handed over. */
  boolean isBacklogged() {
    return chunks.get() >= MAX_CHUNKS;
  }

  /** Whether so little is used that it is worth taking more. */
  public boolean isLow() {
    return usedBytes.get() < maxBytes - maxBytes / 4;
  }

  boolean isExhausted() {
    return usedBytes.get() >= maxBytes;
  }
}
