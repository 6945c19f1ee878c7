package io.penstock.testkit.simulation;

import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A sink that takes its time, refuses, throttles, fails, and sometimes has a record all the same. If
 * it keeps order, nothing passes a record of the same key that failed.
 */
final class SimulatedSink implements Sink {

  /** What has arrived durably. */
  interface Store {
    void arrived(SinkRecord record);

    /** The sink will never take this record. */
    void rejected(SinkRecord record);

    /** Whether this sink may refuse for good. */
    boolean mayReject();
  }

  private final World world;
  private final Ordering ordering;
  private final Store store;

  SimulatedSink(World world, Ordering ordering, Store store) {
    this.world = world;
    this.ordering = ordering;
    this.store = store;
  }

  @Override
  public Ordering ordering() {
    return ordering;
  }

  @Override
  public void open(SinkContext context) {
    if (world.trouble()) {
      throw new IllegalStateException("the sink can't be reached, on purpose");
    }
  }

  @Override
  public CompletionStage<List<SinkOutcome>> deliver(List<SinkRecord> records) {
    if (world.rareTrouble()) {
      throw new IllegalStateException("the delivery failed, on purpose");
    }
    CompletableFuture<List<SinkOutcome>> answer = new CompletableFuture<>();
    List<SinkOutcome> outcomes = new ArrayList<>();
    List<SinkRecord> arrive = new ArrayList<>();
    Set<Long> failedKeys = new HashSet<>();
    for (SinkRecord record : records) {
      outcomes.add(outcome(record, failedKeys, arrive));
    }
    boolean broken = world.rareTrouble();
    Duration lands = world.upToMs(3);
    world.later(lands, () -> arrive.forEach(store::arrived));
    world.later(
        lands.plus(world.upToMs(3)),
        () -> {
          if (broken) {
            answer.completeExceptionally(new IllegalStateException("lost answer, on purpose"));
          } else {
            answer.complete(outcomes);
          }
        });
    return answer;
  }

  private SinkOutcome outcome(SinkRecord record, Set<Long> failedKeys, List<SinkRecord> arrive) {
    boolean keyed = ordering == Ordering.KEPT && record.orderKey() != 0;
    if (keyed && failedKeys.contains(record.orderKey())) {
      return SinkOutcome.NotTried.INSTANCE;
    }
    if (!world.trouble()) {
      arrive.add(record);
      return SinkOutcome.Delivered.INSTANCE;
    }
    if (world.random.nextInt(4) == 0 && store.mayReject()) {
      store.rejected(record);
      return new SinkOutcome.Reject("refused on purpose");
    }
    if (keyed) {
      failedKeys.add(record.orderKey());
    }
    if (world.random.nextInt(3) == 0) {
      arrive.add(record); // the sink has it, but the answer says it failed
    }
    return world.random.nextInt(3) == 0
        ? new SinkOutcome.Throttled(Duration.ZERO, "throttled on purpose")
        : new SinkOutcome.Retry(Duration.ZERO, "failed on purpose");
  }

  @Override
  public void close() {
    // Nothing to free.
  }
}
