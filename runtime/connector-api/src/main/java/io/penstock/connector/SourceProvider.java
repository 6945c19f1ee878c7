package io.penstock.connector;

import io.penstock.connector.config.Settings;
import java.nio.file.Path;

/** Makes sources of one type; found by {@link java.util.ServiceLoader}. */
public interface SourceProvider extends Plugin {

  /**
   * Makes a source. Touches nothing outside yet: {@link Source#open} does.
   *
   * @param baseDirectory the folder that relative paths in the connector's file start from
   */
  Source create(Settings settings, Path baseDirectory);
}
