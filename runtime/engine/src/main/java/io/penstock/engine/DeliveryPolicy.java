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
 */
public record DeliveryPolicy(
    Order order, BatchPolicy batch, RetryPolicy retry, Bisect bisect, WindowPolicy window) {

  /** Order by key, the default batch and window, retries without end. */
  public static final DeliveryPolicy DEFAULT =
      new DeliveryPolicy(
          Order.KEY, BatchPolicy.DEFAULT, RetryPolicy.FOREVER, Bisect.ON, WindowPolicy.DEFAULT);

  /** Whether failed batches are split. */
  public enum Bisect {
    /** Split: a failure of the batch costs no attempt until an event fails alone. */
    ON,
    /** Don't: a failure of the batch is a failed attempt of each of its events. */
    OFF
  }
}
