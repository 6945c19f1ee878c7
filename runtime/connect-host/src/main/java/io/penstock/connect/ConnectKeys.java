package io.penstock.connect;

import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.Map;

/** The settings that every plugin of Kafka Connect has in a connector's file. */
public final class ConnectKeys {

  /** Where plugins are looked for if nothing else is said. */
  public static final String DEFAULT_FOLDER = "plugins";

  static final ConfigKey<String> PLUGIN =
      ConfigKey.text("plugin")
          .required()
          .doc(
              "The connector's class, or its short name such as FileStreamSource; `penstock"
                  + " plugins` lists those there are.");

  static final ConfigKey<String> FOLDER =
      ConfigKey.text("plugins")
          .defaultsTo(DEFAULT_FOLDER)
          .doc("The folder of plugins: in it a folder with jars, or a jar, for each.");

  static final ConfigKey<Map<String, String>> PROPERTIES =
      ConfigKey.properties("properties")
          .defaultsTo(Map.of())
          .doc(
              "The plugin's own settings, and key.converter, value.converter, header.converter,"
                  + " transforms and predicates, all as in Kafka Connect. Without converters keys"
                  + " and values are plain JSON.");

  /** Those keys. */
  public static final ConfigSpec SPEC = ConfigSpec.of(PLUGIN, FOLDER, PROPERTIES);

  private ConnectKeys() {}

  /**
   * Reads them.
   *
   * @param tasks how many tasks there may be
   * @param baseDirectory where a relative folder starts from
   */
  public static ConnectSettings read(Settings settings, int tasks, Path baseDirectory) {
    return new ConnectSettings(
        settings.get(PLUGIN),
        baseDirectory.resolve(settings.get(FOLDER)),
        tasks,
        settings.get(PROPERTIES));
  }
}
