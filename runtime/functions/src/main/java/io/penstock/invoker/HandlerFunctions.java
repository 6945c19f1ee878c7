package io.penstock.invoker;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.FunctionContext;
import io.penstock.connector.FunctionInvoker;
import java.util.List;
import java.util.Map;

/** Functions of type {@code java} whose handler is at hand: for tests of handlers. */
public final class HandlerFunctions {

  private HandlerFunctions() {}

  /**
   * A function of a handler that is there already.
   *
   * @param logger that the handler gets from its context
   * @param settings that it gets from there; copied
   * @throws ConnectorException fatal, if it is no handler
   */
  public static FunctionInvoker of(
      FunctionContext context, Object handler, System.Logger logger, Map<String, String> settings) {
    return function(context, logger, settings).invoker(handler::getClass, type -> handler);
  }

  /**
   * A function of a class, which a handler is made of.
   *
   * @param logger that the handler gets from its context
   * @param settings that it gets from there; copied
   * @throws ConnectorException fatal, if it is no handler or none can be made
   */
  public static FunctionInvoker of(
      FunctionContext context,
      Class<?> handler,
      System.Logger logger,
      Map<String, String> settings) {
    JavaFunction function = function(context, logger, settings);
    return function.invoker(() -> handler, function.code()::instantiate);
  }

  private static JavaFunction function(
      FunctionContext context, System.Logger logger, Map<String, String> settings) {
    FunctionCode code = FunctionCode.open(List.of(), context.baseDirectory());
    return new JavaFunction(context, code, new FunctionView(logger, settings), true);
  }
}
