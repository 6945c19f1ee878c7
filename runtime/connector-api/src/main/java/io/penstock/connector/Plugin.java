package io.penstock.connector;

import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What every source, sink and function type has: a name and a description of its settings. */
public interface Plugin {

  /** The word after {@code "type"} in a connector's file, for example {@code kafka}. */
  String type();

  /** What it is, in a sentence, for lists and documents. */
  default String doc() {
    return "";
  }

  /** Its settings: the declarations that validate, default and document them. */
  ConfigSpec spec();

  /**
   * Settings that work for somebody who begins: at least those that are needed, as a tree (see
   * {@link Codec}).
   */
  default Map<String, Object> example() {
    return Map.of();
  }

  /**
   * The servers that it connects to, so that it can be checked whether they can be reached. Empty
   * if there are none, or if they are not known beforehand.
   */
  default List<ServerAddress> servers(Settings settings) {
    return List.of();
  }

  /**
   * Local files and folders that it reads when it is made, and so must be made anew for when they
   * change.
   *
   * @param baseDirectory the folder that relative paths in the connector's file start from
   */
  default List<Path> files(Settings settings, Path baseDirectory) {
    return List.of();
  }

  /**
   * Checks what one key alone can't say, for example that one of two keys is needed. Touches
   * nothing outside; adds to {@code problems}.
   */
  default void check(Settings settings, Problems problems) {}

  /**
   * As {@link #check(Settings, Problems)}, for what also looks at files.
   *
   * @param baseDirectory the folder that relative paths in the connector's file start from
   */
  default void check(Settings settings, Path baseDirectory, Problems problems) {
    check(settings, problems);
  }
}
