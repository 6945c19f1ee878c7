package io.penstock.engine;

import io.penstock.engine.core.Agents;
import io.penstock.engine.core.CoreLoop;
import io.penstock.engine.deliver.SerialWorker;
import io.penstock.engine.intake.Intake;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of an engine: {@code penstock-core}, and one for each source, sink and helper. */
final class EngineThreads implements Agents {

  private static final Logger log = LoggerFactory.getLogger(EngineThreads.class);
  private static final Duration POLL_WAIT = Duration.ofMillis(50);
  private static final long LONGEST_PARK_NS = Duration.ofSeconds(1).toNanos();

  private final LongSupplier monotonicNs;
  private final Map<Intake, Thread> intakes = new ConcurrentHashMap<>();
  private volatile @Nullable Thread core;
  private volatile boolean coreParked;
  private volatile boolean stopped;

  EngineThreads(LongSupplier monotonicNs) {
    this.monotonicNs = monotonicNs;
  }

  void startCore(CoreLoop loop) {
    Thread thread = new Thread(() -> runCore(loop), "penstock-core");
    core = thread;
    thread.start();
  }

  private void runCore(CoreLoop loop) {
    while (!stopped) {
      long idleNs = loop.doWork();
      if (idleNs > 0) {
        coreParked = true;
        if (!loop.hasPosted() && !stopped) {
          LockSupport.parkNanos(this, Math.min(idleNs, LONGEST_PARK_NS));
        }
        coreParked = false;
      }
    }
  }

  @Override
  public void wakeCore() {
    if (coreParked) {
      LockSupport.unpark(core);
    }
  }

  @Override
  public void run(String connector, Intake intake) {
    Thread thread = new Thread(() -> runIntake(intake), "penstock-" + connector + "-intake");
    intakes.put(intake, thread);
    thread.start();
  }

  private void runIntake(Intake intake) {
    try {
      long idleNs;
      while ((idleNs = intake.doWork(monotonicNs.getAsLong(), POLL_WAIT)) != Intake.DONE) {
        if (idleNs > 0) {
          LockSupport.parkNanos(intake, idleNs);
        }
      }
    } catch (Error e) {
      log.error("{} ended by an error", Thread.currentThread().getName(), e);
      intake.died(e);
    } finally {
      intakes.remove(intake);
    }
  }

  @Override
  public void wake(Intake intake) {
    LockSupport.unpark(intakes.get(intake));
  }

  @Override
  public SerialWorker worker(String role) {
    String name = "penstock-" + role;
    ExecutorService thread = Executors.newSingleThreadExecutor(task -> new Thread(task, name));
    return new SerialWorker() {
      @Override
      public void execute(Runnable task) {
        thread.execute(task);
      }

      @Override
      public void end() {
        thread.shutdown();
      }
    };
  }

  /** Ends the core thread and waits for it. */
  void stop() {
    stopped = true;
    Thread thread = core;
    if (thread == null) {
      return;
    }
    LockSupport.unpark(thread);
    try {
      thread.join(LONGEST_PARK_NS / 1_000_000 * 5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
