package io.penstock.invoker;

import io.penstock.functions.AsyncBatchHandler;
import io.penstock.functions.AsyncEventHandler;
import io.penstock.functions.BatchHandler;
import io.penstock.functions.Event;
import io.penstock.functions.EventHandler;
import java.lang.reflect.Type;

/** Calls a handler of one of the four kinds with a batch. Thread-safe. */
interface HandlerCall {

  /**
   * Calls the handler and sees to it that {@link InvocationRun#finish} is called once: before this
   * returns, or when the handler's stages are done. Throws nothing that user code threw.
   */
  void call(InvocationRun run);

  /**
   * Prepares what goes in and out of a handler, before there is one.
   *
   * @throws io.penstock.connector.ConnectorException fatal, if JSON can't be bound to its input
   */
  static Exchange exchange(
      Class<?> handler, HandlerType type, String function, ClassLoader loader, Failures failures) {
    JsonBinding json = new JsonBinding(loader);
    PayloadReader reader = reader(handler, type.input(), json);
    return new Exchange(reader, new ResultWriter(function, json), failures);
  }

  /** Calls this handler, which is of this type. */
  @SuppressWarnings("unchecked") // the reader gives the handler the type that it declares
  static HandlerCall of(Object handler, HandlerType type, Exchange exchange) {
    if (type.contract() == EventHandler.class) {
      return new EventCall((EventHandler<Object, Object>) handler, exchange);
    }
    if (type.contract() == BatchHandler.class) {
      return new BatchCall((BatchHandler<Object>) handler, exchange);
    }
    if (type.contract() == AsyncEventHandler.class) {
      return new AsyncEventCall((AsyncEventHandler<Object, Object>) handler, exchange);
    }
    return new AsyncBatchCall((AsyncBatchHandler<Object>) handler, exchange);
  }

  private static PayloadReader reader(Class<?> handler, Type input, JsonBinding json) {
    if (input == Event.class) {
      return event -> event;
    }
    if (input == byte[].class) {
      return Event::data;
    }
    if (input == String.class || input == CharSequence.class) {
      return Event::text;
    }
    return json.reader(handler, input);
  }
}
