package io.penstock.source.tasks.schedule;

/**
 * How slots are shared.
 *
 * @param slots how many tasks may be out at a time
 * @param reserve how many of them are kept from tasks that are not known to be short, except for the
 *     only task of an account: so that a newcomer can start at once
 * @param shortNs a function is short while its recent tasks took no longer
 * @param unknownNs what a task is taken to cost when its function has no history
 */
public record ScheduleOptions(int slots, int reserve, long shortNs, long unknownNs) {

  /** Checks. */
  public ScheduleOptions {
    if (slots < 1 || reserve < 0 || reserve >= slots) {
      throw new IllegalArgumentException(
          "slots must be at least 1 and more than the reserve: " + slots + ", " + reserve);
    }
  }

  /** An eighth of the slots, and at least one, is the reserve; short is 50 ms. */
  public static ScheduleOptions of(int slots) {
    int reserve = slots == 1 ? 0 : Math.max(1, slots / 8);
    return new ScheduleOptions(slots, reserve, 50_000_000L, 100_000_000L);
  }
}
