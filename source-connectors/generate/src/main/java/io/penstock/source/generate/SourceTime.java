package io.penstock.source.generate;

import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** Time as the source sees it. */
interface SourceTime {

  /** The system's. */
  SourceTime SYSTEM =
      new SourceTime() {
        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleep(long ns) {
          LockSupport.parkNanos(ns);
        }
      };

  /** The time of day. */
  Instant now();

  /** A time that never goes back, in nanoseconds since some moment. */
  long nanoTime();

  /** Waits about so long; may return early. */
  void sleep(long ns);
}
