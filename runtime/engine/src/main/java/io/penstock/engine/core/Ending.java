package io.penstock.engine.core;

import io.penstock.engine.ConnectorStatus.State;
import io.penstock.engine.FunctionPlan;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.deliver.SinkPort;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
 *
 * <p>What hangs while it is closed is waited for {@link #CLOSE_WAIT}, and then left to itself.
 */
final class Ending {

  private static final Logger log = LoggerFactory.getLogger(Ending.class);

  /** How long the source, and then the rest, may take to close. */
  static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

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
  private final Map<Object, String> open = new LinkedHashMap<>();
  private long untilNs;
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
      untilNs = nowNs + RetryPolicy.delayNs(drain);
      core.intake().paused(true);
    }
    return ended;
  }

  void fail(String text, long nowNs) {
    if (!isPastDrain()) {
      failure = text;
      closeSource(nowNs);
    }
  }

  void check(long nowNs) {
    boolean isOverdue = untilNs - nowNs <= 0;
    switch (step) {
      case DRAINING -> {
        if (isQuiet() || isOverdue) {
          closeSource(nowNs);
        }
      }
      case CLOSING_SOURCE -> {
        if (isOverdue) {
          goOnWithout("source");
          sourceClosed(nowNs);
        }
      }
      case CLOSING_REST -> {
        if (isOverdue) {
          open.values().forEach(this::goOnWithout);
          over();
        }
      }
      case NOT_BEGUN, OVER -> {}
    }
  }

  private void goOnWithout(String part) {
    log.error(
        "{}: {} did not close within {} s; its thread is left behind",
        core.name(),
        part,
        CLOSE_WAIT.toSeconds());
  }

  long nextChangeNs() {
    return step == Step.NOT_BEGUN || step == Step.OVER ? Long.MAX_VALUE : untilNs;
  }

  private boolean isQuiet() {
    for (LaneState lane : core.lanes().owned()) {
      if (lane.out > 0) {
        return false;
      }
    }
    return true;
  }

  private void closeSource(long nowNs) {
    step = Step.CLOSING_SOURCE;
    untilNs = nowNs + CLOSE_WAIT.toNanos();
    for (LaneState lane : core.lanes().owned()) {
      abandoned += lane.out;
    }
    core.lanes().finishRevocations(nowNs);
    for (Route route : core.routes()) {
      route.cancelAll();
    }
    QueueDesk queue = core.queue();
    if (queue != null) {
      queue.giveBackAll(core.lanes().owned());
    }
    if (core.hasIntake()) {
      core.intake().stop();
      core.wakeIntake();
    } else { // it could not even start
      core.helper()
          .execute(
              () -> {
                close("source", core.plan().source());
                core.post(core::sourceClosed);
              });
    }
  }

  /** The source is closed: now what it fed. */
  void sourceClosed(long nowNs) {
    if (step != Step.CLOSING_SOURCE) {
      return;
    }
    step = Step.CLOSING_REST;
    untilNs = nowNs + CLOSE_WAIT.toNanos();
    core.lanes().forget(List.copyOf(core.lanes().owned()), nowNs);
    core.table().ports().forEach(port -> open.put(port, "sink " + port.plan().name()));
    open.put(this, "function");
    for (SinkPort<Work> port : core.table().ports()) {
      port.close(() -> core.post(now -> closed(port)));
    }
    core.helper()
        .execute(
            () -> {
              for (FunctionPlan function : core.table().functions()) {
                close("function " + function.name(), function.invoker());
              }
              core.post(now -> closed(this));
            });
    core.helper().end();
  }

  private void closed(Object part) {
    open.remove(part);
    if (step == Step.CLOSING_REST && open.isEmpty()) {
      over();
    }
  }

  private void close(String what, AutoCloseable part) {
    try {
      part.close();
    } catch (Throwable e) { // errors too: the end must not wait for what will never come
      log.warn("{}: {} failed to close", core.name(), what, e);
    }
  }

  private void over() {
    step = Step.OVER;
    core.table().releaseGates();
    ended.complete(abandoned);
  }
}
