package io.penstock.engine.core;

import io.penstock.engine.ConnectorStatus.State;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.deliver.SinkPort;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a connector ends, asked for or by an error.
 *
 * <ol>
 *   <li>Nothing new is taken or started; what is out is waited for, up to the drain time.
 *   <li>The intake closes the source, which gives up its lanes: what is settled is committed.
 *   <li>Sinks and functions are closed, each on its worker.
 *   <li>Gates are given back; whoever waits is told.
 * </ol>
 */
final class Ending {

  private static final Logger log = LoggerFactory.getLogger(Ending.class);

  private enum Step {
    NOT_BEGUN,
    DRAINING,
    CLOSING_SOURCE,
    CLOSING_REST,
    OVER
  }

  private final ConnectorCore core;
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private Step step = Step.NOT_BEGUN;
  private @Nullable String failure;
  private long drainUntilNs;
  private int abandoned;

  Ending(ConnectorCore core) {
    this.core = core;
  }

  boolean hasBegun() {
    return step != Step.NOT_BEGUN;
  }

  boolean isOver() {
    return step == Step.OVER;
  }

  /** Whether nothing in flight is waited for any more. */
  boolean isPastDrain() {
    return step.compareTo(Step.CLOSING_SOURCE) >= 0;
  }

  Optional<State> state() {
    if (step == Step.NOT_BEGUN) {
      return Optional.empty();
    }
    return Optional.of(
        failure != null ? State.FAILED : step == Step.OVER ? State.STOPPED : State.STOPPING);
  }

  Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  CompletableFuture<Integer> stop(Duration drain, long nowNs) {
    if (step == Step.NOT_BEGUN) {
      step = Step.DRAINING;
      drainUntilNs = nowNs + drain.toNanos();
      core.intake().paused(true);
    }
    return ended;
  }

  void fail(String text) {
    if (failure == null && step == Step.NOT_BEGUN) {
      failure = text;
      closeSource();
    }
  }

  void check(long nowNs) {
    if (step == Step.DRAINING && (isQuiet() || drainUntilNs - nowNs <= 0)) {
      closeSource();
    }
  }

  long nextChangeNs() {
    return step == Step.DRAINING ? drainUntilNs : Long.MAX_VALUE;
  }

  private boolean isQuiet() {
    for (LaneState lane : core.lanes().owned()) {
      if (lane.out > 0) {
        return false;
      }
    }
    return true;
  }

  private void closeSource() {
    step = Step.CLOSING_SOURCE;
    for (LaneState lane : core.lanes().owned()) {
      abandoned += lane.out;
    }
    for (Route route : core.routes()) {
      route.cancelAll();
    }
    QueueDesk queue = core.queue();
    if (queue != null) {
      queue.flush();
      core.lanes().owned().forEach(queue::giveBack);
    }
    core.intake().stop();
    core.wakeIntake();
  }

  /** The source is closed: now what it fed. */
  void sourceClosed(long nowNs) {
    if (step != Step.CLOSING_SOURCE) {
      return;
    }
    step = Step.CLOSING_REST;
    core.lanes().forget(List.copyOf(core.lanes().owned()), nowNs);
    AtomicInteger left = new AtomicInteger(core.table().ports().size() + 1);
    Runnable closed =
        () -> {
          if (left.decrementAndGet() == 0) {
            core.post(now -> over());
          }
        };
    for (SinkPort<Work> port : core.table().ports()) {
      port.close(closed);
    }
    core.helper()
        .execute(
            () -> {
              for (FunctionPlan function : core.table().functions()) {
                close(function);
              }
              closed.run();
            });
    core.helper().end();
  }

  private void close(FunctionPlan function) {
    try {
      function.invoker().close();
    } catch (RuntimeException e) {
      log.warn("{}: function {} failed to close", core.name(), function.name(), e);
    }
  }

  private void over() {
    step = Step.OVER;
    core.table().releaseGates();
    ended.complete(abandoned);
  }
}
