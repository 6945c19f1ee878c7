package io.penstock.connector;

import io.penstock.connector.config.Settings;

/** Makes functions of one type; found by {@link java.util.ServiceLoader}. */
public interface FunctionProvider extends Plugin {

  /**
   * Makes a function ready to be called; for a class this loads it and makes the instance.
   *
   * @throws ConnectorException fatal, if that fails; says where it looked and what to do
   */
  FunctionInvoker create(FunctionContext context, Settings settings);
}
