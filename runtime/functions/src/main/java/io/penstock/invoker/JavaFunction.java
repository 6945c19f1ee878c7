package io.penstock.invoker;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.FunctionContext;
import io.penstock.connector.FunctionInvoker;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a function is made of, besides its handler.
 *
 * @param code that it has; closed when no function comes of it
 * @param virtual whether its threads are virtual ones, where the JVM has them
 */
record JavaFunction(
    FunctionContext context, FunctionCode code, FunctionView view, boolean virtual) {

  private static final Duration IDLE = Duration.ofSeconds(30);

  /**
   * Makes the function.
   *
   * @param load gives the handler's class
   * @param instantiate gives the handler
   * @throws ConnectorException fatal, if it is no handler or can't be made
   */
  FunctionInvoker invoker(Supplier<Class<?>> load, Function<Class<?>, Object> instantiate) {
    String name = context.function();
    try {
      Failures failures = new Failures(name, code, System::nanoTime);
      Class<?> handlerClass = load.get();
      HandlerType handlerType = HandlerType.of(handlerClass);
      Exchange exchange =
          HandlerCall.exchange(handlerClass, handlerType, name, code.loader(), failures);
      // Last of what may fail, so that no handler is made in vain, with all that it opens.
      Object handler = instantiate.apply(handlerClass);
      HandlerCall call = HandlerCall.of(handler, handlerType, exchange);
      String prefix = "penstock-fn-" + name + "-";
      int max = context.maxConcurrency();
      JavaFunctionInvoker.Threads threads =
          new JavaFunctionInvoker.Threads(
              FunctionThreads.of(prefix, max, IDLE, virtual),
              FunctionThreads.of(prefix + "aside-", max, IDLE, virtual));
      return new JavaFunctionInvoker(name, handler, call, code, threads, view);
    } catch (RuntimeException | Error e) {
      code.close();
      throw e;
    }
  }
}
