package io.penstock.source.tasks.schedule;

import java.util.LinkedHashMap;
import java.util.Map;

/** How long the recent tasks of each function took; of the functions that were used last. */
final class Durations {

  private static final int RECENT = 16;
  private static final int ENOUGH = 3;
  private static final int MAX_FUNCTIONS = 20_000;

  private record Key(String account, String route) {}

  private static final class Ring {
    private final long[] tookNs = new long[RECENT];
    private int count;
    private int next;

    void add(long ns) {
      tookNs[next] = ns;
      next = (next + 1) % RECENT;
      count = Math.min(RECENT, count + 1);
    }

    long mean() {
      long sum = 0;
      for (int i = 0; i < count; i++) {
        sum += tookNs[i] / count;
      }
      return sum;
    }

    boolean isWithin(long limitNs) {
      for (int i = 0; i < count; i++) {
        if (tookNs[i] > limitNs) {
          return false;
        }
      }
      return count >= ENOUGH;
    }
  }

  private final ScheduleOptions options;
  private final Map<Key, Ring> rings =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Ring> eldest) {
          return size() > MAX_FUNCTIONS;
        }
      };

  Durations(ScheduleOptions options) {
    this.options = options;
  }

  void add(String account, String route, long tookNs) {
    rings.computeIfAbsent(new Key(account, route), key -> new Ring()).add(tookNs);
  }

  /** What a task is taken to cost before it is known. */
  long estimateNs(String account, String route) {
    Ring ring = rings.get(new Key(account, route));
    return ring == null ? options.unknownNs() : Math.max(1, ring.mean());
  }

  boolean isShort(String account, String route) {
    Ring ring = rings.get(new Key(account, route));
    return ring != null && ring.isWithin(options.shortNs());
  }
}
