package io.penstock.engine;

/**
 * How a connector's events get to its function.
 *
 * @param order what is kept in order
 * @param batch when a batch is closed
 * @param retry when a failed event is tried again; throttles are not failures
 * @param bisect whether a batch that failed as a whole is split in halves, at no attempt's cost,
 *     until the event that fails is alone
 * @param window how much may be under way
 * @param unreadable what becomes of an event whose payload a filter can't read
 */
public record DeliveryPolicy(
    Order order,
    BatchPolicy batch,
    RetryPolicy retry,
    Bisect bisect,
    WindowPolicy window,
    UnreadableData unreadable) {

  /** Order by key, the default batch and window, retries without end. */
  public static final DeliveryPolicy DEFAULT =
      new DeliveryPolicy(
          Order.KEY, BatchPolicy.DEFAULT, RetryPolicy.FOREVER, Bisect.ON, WindowPolicy.DEFAULT);

  /** A policy that rejects what filters can't read. */
  public DeliveryPolicy(
      Order order, BatchPolicy batch, RetryPolicy retry, Bisect bisect, WindowPolicy window) {
    this(order, batch, retry, bisect, window, UnreadableData.REJECT);
  }

  /** What becomes of an event whose payload a filter looks into and can't read. It is counted. */
  public enum UnreadableData {
    /** It is given up: to the failure sinks, as every event that can't be handled. */
    REJECT,
    /** It doesn't match: filtered, and of a sink's own filter, not for this sink. */
    NO_MATCH
  }

  /** Whether failed batches are split. */
  public enum Bisect {
    /** Split: a failure of the batch costs no attempt until an event fails alone. */
    ON,
    /** Don't: a failure of the batch is a failed attempt of each of its events. */
    OFF
  }
}
