package io.penstock.source.tasks;

import io.penstock.connector.Lease;
import io.penstock.connector.Leases;
import io.penstock.connector.StateStore;
import java.util.HashMap;
import java.util.Map;

/** Leases of several workers in one process, which a test takes away. */
public final class TestLeases {

  private final Map<String, Held> current = new HashMap<>();
  private final Map<String, Long> epochs = new HashMap<>();

  /** Those of one worker. */
  public final class OfWorker implements Leases {

    private int granted;

    private OfWorker() {}

    /** How many were given to it, so far. */
    public int granted() {
      synchronized (TestLeases.this) {
        return granted;
      }
    }

    @Override
    public Answer acquire(String name) {
      synchronized (TestLeases.this) {
        Held held = current.get(name);
        if (held != null && held.isHeld) {
          return new Answer.Held("another worker");
        }
        Held lease = new Held(this, name, epochs.merge(name, 1L, Long::sum));
        current.put(name, lease);
        granted++;
        return new Answer.Granted(lease);
      }
    }

    /** As if it was not heard of for too long; it doesn't notice. */
    public void expireUnnoticed() {
      synchronized (TestLeases.this) {
        current.values().removeIf(held -> held.worker == this);
      }
    }

    /** As if it was not heard of for too long, and it knows. */
    public void expire() {
      synchronized (TestLeases.this) {
        current.values().stream()
            .filter(held -> held.worker == this)
            .forEach(held -> held.isHeld = false);
        expireUnnoticed();
      }
    }
  }

  /** Those of another worker. */
  public OfWorker worker() {
    return new OfWorker();
  }

  private static final class Held implements Lease {
    private final OfWorker worker;
    private final String name;
    private final long epoch;
    private volatile boolean isHeld = true;

    Held(OfWorker worker, String name, long epoch) {
      this.worker = worker;
      this.name = name;
      this.epoch = epoch;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long epoch() {
      return epoch;
    }

    @Override
    public boolean isHeld() {
      return isHeld;
    }

    @Override
    public StateStore state() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      isHeld = false;
    }
  }
}
