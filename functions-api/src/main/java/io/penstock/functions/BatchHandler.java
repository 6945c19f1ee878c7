package io.penstock.functions;

import java.util.List;

/**
 * Handles a whole batch in one call, blocking. For input types, threads and timeouts the rules of
 * {@link EventHandler} hold.
 *
 * <p><b>Failure.</b> An exception fails the whole batch. It is then split in halves to find the event
 * that fails (unless the connector says otherwise), which costs none of the events an attempt. To
 * fail single events return their outcomes instead. {@link ThrottledException} puts the whole batch
 * off without counting an attempt.
 */
@FunctionalInterface
public interface BatchHandler<I> {

  /**
   * Handles a batch.
   *
   * @param batch at least one event, in order; unmodifiable
   * @param context of this invocation
   * @return an outcome for every event, by id
   * @throws Exception if nothing in the batch could be handled; see above
   */
  BatchOutcome handle(List<BatchItem<I>> batch, Context context) throws Exception;
}
