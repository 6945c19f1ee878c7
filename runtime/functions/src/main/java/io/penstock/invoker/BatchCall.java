package io.penstock.invoker;

import io.penstock.connector.InvocationResult;
import io.penstock.functions.BatchHandler;
import io.penstock.functions.BatchOutcome;

/** Calls a {@link BatchHandler} with a batch. */
record BatchCall(BatchHandler<Object> handler, Exchange exchange) implements HandlerCall {

  @Override
  public void call(InvocationRun run) {
    run.finish(handle(run));
  }

  private InvocationResult handle(InvocationRun run) {
    BatchBinding binding = BatchBinding.of(run, exchange);
    BatchOutcome returned = BatchOutcome.allDone();
    if (!binding.items().isEmpty()) {
      try {
        returned = handler.handle(binding.items(), run.context());
      } catch (Throwable e) { // user code, which may throw anything; errors are logged
        return exchange.batchFailed(e, run);
      }
    }
    return binding.result(returned);
  }
}
