package io.penstock.invoker;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.FunctionContext;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.InvocationResult;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes functions the way the server does, and calls them. */
final class Harness {

  static final int MAX_CONCURRENCY = 4;

  private Harness() {}

  static Settings settings(Map<String, Object> raw) {
    Problems problems = new Problems();
    Settings settings = new JavaFunctionProvider().spec().read(raw, "$.function", problems);
    if (!problems.isEmpty()) {
      throw new AssertionError(problems.list());
    }
    return settings;
  }

  /** A function of a class in a jar. */
  static FunctionInvoker fromJar(Path jar, String handler) {
    return create(Map.of("jar", jar.toString(), "handler", handler));
  }

  static FunctionInvoker create(Map<String, Object> raw) {
    FunctionContext context =
        new FunctionContext("orders", "acme", MAX_CONCURRENCY, Path.of("").toAbsolutePath());
    return new JavaFunctionProvider().create(context, settings(raw));
  }

  /** A function of a handler that is there already, on the default threads of this JVM. */
  static FunctionInvoker of(Object handler) {
    return of(handler, true, Duration.ofSeconds(5));
  }

  static FunctionInvoker of(Object handler, boolean virtualWanted, Duration closeLimit) {
    FunctionCode code = FunctionCode.open(List.of(), Path.of(""));
    Failures failures = new Failures("orders", code, System::nanoTime);
    HandlerType type = HandlerType.of(handler.getClass());
    HandlerCall call =
        HandlerCall.of(
            handler,
            type,
            HandlerCall.exchange(handler.getClass(), type, "orders", code.loader(), failures));
    Duration idle = Duration.ofSeconds(30);
    JavaFunctionInvoker.Threads threads =
        new JavaFunctionInvoker.Threads(
            FunctionThreads.of("penstock-fn-orders-", MAX_CONCURRENCY, idle, virtualWanted),
            FunctionThreads.of("penstock-fn-orders-aside-", MAX_CONCURRENCY, idle, virtualWanted));
    return new JavaFunctionInvoker(
        "orders",
        handler,
        call,
        code,
        threads,
        new FunctionView(new FunctionLogger("orders"), new HashMap<>(Map.of("currency", "EUR"))),
        closeLimit);
  }

  /** Invokes and waits for the result. */
  static InvocationResult call(FunctionInvoker function, FakeInvocation invocation) {
    try {
      return function.invoke(invocation).toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static InvocationResult call(FunctionInvoker function, String... payloads) {
    return call(function, FakeInvocation.texts(payloads));
  }

  /** Makes a function of a handler, calls it once and closes it. */
  static InvocationResult callOnce(Object handler, String... payloads) {
    try (FunctionInvoker function = of(handler)) {
      return call(function, payloads);
    }
  }

  /**
   * The outcomes; {@link EventOutcome.Done#EMPTY} for each of {@code size} events if all are done.
   */
  static List<EventOutcome> outcomes(InvocationResult result) {
    return ((InvocationResult.InOrder) result).outcomes();
  }

  static io.penstock.functions.Event only(InvocationResult result) {
    EventOutcome outcome = outcomes(result).get(0);
    return ((EventOutcome.Done) outcome).results().get(0);
  }
}
