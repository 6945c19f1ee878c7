package io.penstock.invoker;

import io.penstock.connector.InvocationResult;
import io.penstock.functions.AsyncBatchHandler;
import io.penstock.functions.BatchOutcome;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Calls an {@link AsyncBatchHandler} with a batch. */
record AsyncBatchCall(AsyncBatchHandler<Object> handler, Exchange exchange) implements HandlerCall {

  @Override
  public void call(InvocationRun run) {
    BatchBinding binding = BatchBinding.of(run, exchange);
    if (binding.items().isEmpty()) {
      run.finish(binding.result(BatchOutcome.allDone()));
      return;
    }
    try {
      CompletionStage<BatchOutcome> stage = handler.handle(binding.items(), run.context());
      if (stage == null) {
        run.finish(
            new InvocationResult.Failed(
                Failures.FUNCTION_ERROR, "the function returned null instead of a stage"));
        return;
      }
      run.onCancel(() -> Exchange.cancel(stage));
      var unused =
          stage.whenComplete((returned, e) -> run.finish(result(run, binding, returned, e)));
    } catch (Throwable e) { // user code, which may throw anything; errors are logged
      run.finish(exchange.batchFailed(e, run));
    }
  }

  private InvocationResult result(
      InvocationRun run,
      BatchBinding binding,
      @Nullable BatchOutcome returned,
      @Nullable Throwable thrown) {
    return thrown == null ? binding.result(returned) : exchange.batchFailed(thrown, run);
  }
}
