package io.penstock.server.config;

import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.Invocation;
import io.penstock.connector.InvocationResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A function that is made when it is called for the first time, on a thread of its own: loading a jar
 * takes longer than the core thread may wait. One that can't be made fails that call, and the next
 * one tries again. Thread-safe.
 */
final class LazyFunction implements FunctionInvoker {

  private static final Logger LOG = LoggerFactory.getLogger(LazyFunction.class);
  private static final String NOT_MADE = "FUNCTION_NOT_MADE";
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final Supplier<FunctionInvoker> make;
  private final Executor loader;
  private @Nullable CompletableFuture<FunctionInvoker> made;
  private boolean closed;

  LazyFunction(Supplier<FunctionInvoker> make, Executor loader) {
    this.make = make;
    this.loader = loader;
  }

  private synchronized CompletableFuture<FunctionInvoker> made() {
    if (closed) {
      return CompletableFuture.failedFuture(new IllegalStateException("the function is closed"));
    }
    CompletableFuture<FunctionInvoker> known = made;
    if (known == null || known.isCompletedExceptionally()) {
      known = CompletableFuture.supplyAsync(make, loader);
      made = known;
    }
    return known;
  }

  @Override
  public CompletionStage<InvocationResult> invoke(Invocation invocation) {
    CompletableFuture<InvocationResult> answer = new CompletableFuture<>();
    made()
        .whenComplete(
            (function, failure) -> {
              if (function == null) {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                answer.complete(
                    new InvocationResult.Failed(NOT_MADE, String.valueOf(cause.getMessage())));
                return;
              }
              try {
                function
                    .invoke(invocation)
                    .whenComplete(
                        (result, error) -> {
                          if (result != null) {
                            answer.complete(result);
                          } else {
                            answer.completeExceptionally(error);
                          }
                        });
              } catch (RuntimeException | LinkageError e) {
                answer.completeExceptionally(e);
              }
            });
    return answer;
  }

  /** One event a call, as what it is made of may take no more. */
  @Override
  public int maxEvents() {
    return 1;
  }

  @Override
  public void close() {
    CompletableFuture<FunctionInvoker> known;
    synchronized (this) {
      closed = true;
      known = made;
    }
    if (known == null) {
      return;
    }
    try {
      known.thenAccept(FunctionInvoker::close).get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.debug("a function was never made, or failed to close", e);
    } catch (TimeoutException e) {
      LOG.warn("a function did not close within {} s", CLOSE_LIMIT.toSeconds());
    }
  }
}
