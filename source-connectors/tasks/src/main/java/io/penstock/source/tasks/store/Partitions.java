package io.penstock.source.tasks.store;

import io.penstock.connector.OrderKeys;
import java.util.stream.IntStream;

/** Which part of the tasks each belongs to; workers share them by partitions. */
public final class Partitions {

  /** How many there are. More than workers, so that each has about as many as the others. */
  public static final int COUNT = 16;

  private Partitions() {}

  /** All there are. */
  static Integer[] all() {
    return IntStream.range(0, COUNT).boxed().toArray(Integer[]::new);
  }

  /** That of a task: tasks with the same order key are in the same. */
  public static int of(TaskSpec spec) {
    return spec.orderKey()
        .map(key -> ofKey(OrderKeys.of(key)))
        .orElseGet(() -> (int) Math.floorMod(mix(spec.number()), (long) COUNT));
  }

  /** That of the tasks with an order key. */
  public static int ofKey(long orderKey) {
    return (int) Math.floorMod(mix(orderKey), (long) COUNT);
  }

  /** Numbers that rise evenly come to different partitions. */
  private static long mix(long value) {
    long mixed = value * 0x9e3779b97f4a7c15L;
    return mixed ^ (mixed >>> 32);
  }
}
