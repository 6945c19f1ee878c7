package io.penstock.testkit.gate;

/** Something that happens at a moment of simulated time. */
abstract class Step {

  long atNs;
  private long number;

  abstract void happen(long nowNs);

  /** Steps in the order of their times; those of one time in the order in which they were added. */
  static final class Line {
    private Step[] heap = new Step[256];
    private int size;
    private long added;

    void add(Step step, long atNs) {
      step.atNs = atNs;
      step.number = added++;
      if (size == heap.length) {
        heap = java.util.Arrays.copyOf(heap, size * 2);
      }
      int hole = size++;
      while (hole > 0) {
        int parent = (hole - 1) >>> 1;
        if (!isBefore(step, heap[parent])) {
          break;
        }
        heap[hole] = heap[parent];
        hole = parent;
      }
      heap[hole] = step;
    }

    Step poll() {
      Step first = heap[0];
      Step last = heap[--size];
      int hole = 0;
      while (true) {
        int child = 2 * hole + 1;
        if (child >= size) {
          break;
        }
        if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
          child++;
        }
        if (!isBefore(heap[child], last)) {
          break;
        }
        heap[hole] = heap[child];
        hole = child;
      }
      heap[hole] = last;
      return first;
    }

    private static boolean isBefore(Step a, Step b) {
      return a.atNs < b.atNs || (a.atNs == b.atNs && a.number < b.number);
    }
  }
}
