package io.penstock.connect;

import io.penstock.connect.PluginFolder.PluginClass;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.config.ProblemCode;
import io.penstock.connector.config.Problems;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Connector;
import org.jspecify.annotations.Nullable;

/** What a plugin says about its own settings. Runs code of the plugin, but starts nothing. */
public final class PluginSettings {

  /**
   * A setting of a plugin.
   *
   * @param defaultValue as a text; empty if there is none, or if it is a secret
   */
  public record Setting(
      String name, String type, boolean required, Optional<String> defaultValue, String doc) {}

  private PluginSettings() {}

  /**
   * The settings of a connector.
   *
   * @throws ConnectorException fatal, if it is not there or can't tell
   */
  public static List<Setting> of(PluginFolder folder, PluginKind kind, String plugin) {
    List<Setting> settings = new ArrayList<>();
    for (ConfigDef.ConfigKey key : definition(folder, kind, plugin).configKeys().values()) {
      if (!key.internalConfig) {
        settings.add(
            new Setting(
                key.name,
                key.type.name().toLowerCase(Locale.ROOT),
                !key.hasDefault(),
                defaultText(key),
                key.documentation == null ? "" : key.documentation.strip()));
      }
    }
    return settings;
  }

  private static Optional<String> defaultText(ConfigDef.ConfigKey key) {
    return !key.hasDefault() || key.defaultValue == null || key.type == ConfigDef.Type.PASSWORD
        ? Optional.empty()
        : Optional.of(String.valueOf(key.defaultValue));
  }

  private static ConfigDef definition(PluginFolder folder, PluginKind kind, String plugin) {
    PluginClass type = folder.find(kind, plugin);
    Connector connector = type.make(Connector.class);
    try {
      @Nullable ConfigDef definition = Isolated.call(type.loader(), connector::config);
      return definition == null ? new ConfigDef() : definition;
    } catch (RuntimeException | LinkageError e) {
      throw ConnectorException.fatal(plugin + " can't tell its settings: " + e, e);
    }
  }

  /**
   * Checks settings by the plugin's own definition, value by value; nothing is connected to. Where the
   * folder of plugins isn't there, nothing can be said.
   *
   * @param path of the source or sink
   */
  public static void check(
      ConnectSettings settings, PluginKind kind, String path, Problems problems) {
    if (!Files.isDirectory(settings.folder())) {
      return;
    }
    PluginFolder folder;
    ConfigDef definition;
    try {
      folder = PluginFolder.open(settings.folder());
      definition = definition(folder, kind, settings.plugin());
    } catch (ConnectorException e) {
      problems.add(
          ProblemCode.UNKNOWN_WORD,
          path + ".plugin",
          "'" + settings.plugin() + "'",
          "a plugin that is there: " + e.getMessage());
      return;
    }
    for (ConfigValue value : definition.validate(settings.config("name", settings.plugin()))) {
      ConfigDef.ConfigKey key = definition.configKeys().get(value.name());
      boolean secret = key != null && key.type == ConfigDef.Type.PASSWORD;
      for (String error : value.errorMessages()) {
        if (key != null && !settings.properties().containsKey(value.name())) {
          problems.add(
              ProblemCode.MISSING_KEY,
              path + ".properties['" + value.name() + "']",
              "nothing",
              "a value",
              key.documentation == null ? error : firstSentence(key.documentation));
        } else {
          problems.add(
              ProblemCode.OUT_OF_RANGE,
              path + ".properties['" + value.name() + "']",
              secret ? "a value that is not shown" : "'" + value.value() + "'",
              secret ? "another value" : error);
        }
      }
    }
    checkParts(folder, settings, path, problems);
  }

  /** Converters and transforms: whether they are there and take their settings. */
  private static void checkParts(
      PluginFolder folder, ConnectSettings settings, String path, Problems problems) {
    try {
      new Converters(folder, settings.properties()).close();
      new Transforms<org.apache.kafka.connect.sink.SinkRecord>(folder, settings.properties())
          .close();
    } catch (ConnectorException e) {
      problems.add(path + ".properties", String.valueOf(e.getMessage()), "settings that fit");
    }
  }

  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    return end < 0 ? text.strip() : text.substring(0, end + 1).strip();
  }
}
