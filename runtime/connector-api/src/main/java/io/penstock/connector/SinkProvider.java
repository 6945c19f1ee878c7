package io.penstock.connector;

import io.penstock.connector.config.Settings;
import java.nio.file.Path;

/** Makes sinks of one type; found by {@link java.util.ServiceLoader}. */
public interface SinkProvider extends Plugin {

  /**
   * Makes a sink. Touches nothing outside yet: {@link Sink#open} does.
   *
   * @param baseDirectory the folder that relative paths in the connector's file start from
   */
  Sink create(Settings settings, Path baseDirectory);

  /** The limiter key of the destination: sinks that share it share one limit. Holds no secret. */
  String destination(Settings settings);
}
