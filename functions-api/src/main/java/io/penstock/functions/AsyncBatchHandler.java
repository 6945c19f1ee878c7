package io.penstock.functions;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Handles a whole batch in one call without blocking. The rules of {@link BatchHandler} and {@link
 * AsyncEventHandler} hold.
 */
@FunctionalInterface
public interface AsyncBatchHandler<I> {

  /** Starts to handle a batch. Throwing is the same as a stage that fails. */
  CompletionStage<BatchOutcome> handle(List<BatchItem<I>> batch, Context context) throws Exception;
}
