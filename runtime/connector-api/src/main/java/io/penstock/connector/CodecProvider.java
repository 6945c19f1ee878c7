package io.penstock.connector;

import io.penstock.connector.config.Settings;
import java.nio.file.Path;

/**
 * Makes codecs that have settings, for {@code "format": {"type": ...}}; found by {@link
 * java.util.ServiceLoader}.
 */
public interface CodecProvider extends Plugin {

  /**
   * Makes a codec. Touches nothing outside yet: its first use does.
   *
   * @param baseDirectory the folder that relative paths in the connector's file start from
   */
  Codec create(Settings settings, Path baseDirectory);
}
