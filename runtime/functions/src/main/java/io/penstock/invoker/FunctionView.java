package io.penstock.invoker;

import java.util.Map;

/** What is the same in the contexts of all invocations of a function. */
record FunctionView(System.Logger logger, Map<String, String> settings) {

  FunctionView {
    settings = Map.copyOf(settings);
  }
}
