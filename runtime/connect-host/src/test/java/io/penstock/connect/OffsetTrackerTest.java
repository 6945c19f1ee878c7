package io.penstock.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.PositionRanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Offsets move only over settled records, by partition. */
class OffsetTrackerTest {

  private static Map<String, String> partition(int number) {
    return Map.of("p", String.valueOf(number));
  }

  private static Map<String, Long> offset(long number) {
    return Map.of("o", number);
  }

  @Test
  void partitionsWithoutOpenRecordsTakeNoMemory() {
    OffsetTracker<Long> tracker = new OffsetTracker<>();
    for (long i = 0; i < 1_000; i++) {
      tracker.add(i, partition((int) i), offset(i), i, false);
    }
    assertThat(tracker.plan(999, PositionRanges.empty()).offsets()).hasSize(999);
    tracker.committed(999, PositionRanges.empty());
    assertThat(tracker.size()).isEqualTo(1);
  }

  @Test
  void recordsWithoutAPlaceAreToldAndStoreNothing() {
    OffsetTracker<Long> tracker = new OffsetTracker<>();
    tracker.add(0, null, null, 0L, false);
    OffsetTracker.Plan<Long> plan = tracker.plan(1, PositionRanges.empty());
    assertThat(plan.offsets()).isEmpty();
    assertThat(plan.records()).containsExactly(0L);
    tracker.committed(1, PositionRanges.empty());
    assertThat(tracker.size()).isZero();
  }

  /** Against a model that looks at every record from the first on. */
  @RepeatedTest(200)
  void doesWhatAModelDoes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    OffsetTracker<Long> tracker = new OffsetTracker<>();
    List<Integer> partitions = new ArrayList<>();
    List<Boolean> skipped = new ArrayList<>();
    TreeSet<Long> settled = new TreeSet<>();
    List<Long> told = new ArrayList<>();
    Map<Map<String, ?>, Map<String, ?>> stored = new HashMap<>();
    for (int step = 0; step < 60; step++) {
      if (random.nextInt(3) > 0) {
        long sequence = partitions.size();
        int partition = random.nextInt(4);
        boolean skip = random.nextInt(6) == 0;
        partitions.add(partition);
        skipped.add(skip);
        tracker.add(sequence, partition(partition), offset(sequence), sequence, skip);
        if (random.nextBoolean() && !skip) {
          settled.add((long) random.nextInt(partitions.size()));
          settled.removeIf(s -> skipped.get(s.intValue()));
        }
        continue;
      }
      long prefix = 0;
      while (prefix < partitions.size()
          && (settled.contains(prefix) || skipped.get((int) prefix))) {
        prefix++;
      }
      PositionRanges.Builder beyond = PositionRanges.builder();
      for (long s : settled.tailSet(prefix + 1)) {
        beyond.add(s, s + 1);
      }
      PositionRanges ranges = beyond.build();
      if (random.nextInt(4) == 0) {
        tracker.plan(prefix, ranges); // a commit that was not stored changes nothing
      }
      OffsetTracker.Plan<Long> plan = tracker.plan(prefix, ranges);
      tracker.committed(prefix, ranges);
      plan.records().forEach(told::add);
      stored.putAll(plan.offsets());

      Map<Map<String, ?>, Map<String, ?>> expected = new LinkedHashMap<>();
      for (int p = 0; p < 4; p++) {
        for (int s = 0; s < partitions.size(); s++) {
          if (partitions.get(s) != p) {
            continue;
          }
          if (!settled.contains((long) s) && !skipped.get(s)) {
            break;
          }
          expected.put(partition(p), offset(s));
        }
      }
      assertThat(stored).as("seed %s", seed).isEqualTo(expected);
      List<Long> all = new ArrayList<>();
      for (int p = 0; p < 4; p++) {
        for (int s = 0; s < partitions.size(); s++) {
          if (partitions.get(s) != p) {
            continue;
          }
          if (!settled.contains((long) s) && !skipped.get(s)) {
            break;
          }
          all.add((long) s);
        }
      }
      assertThat(told).as("seed %s", seed).containsExactlyInAnyOrderElementsOf(all);
    }
  }
}
