package io.penstock.server.describe;

import io.penstock.connect.PluginFolder;
import io.penstock.connect.PluginKind;
import io.penstock.connect.PluginSettings;
import io.penstock.connector.Codec;
import io.penstock.connector.Plugin;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.server.config.Plugins;
import io.penstock.server.http.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an installation has, for people and as JSON.
 *
 * @param sources by type
 * @param functions by type
 * @param sinks by type
 * @param codecs by format
 * @param connect what plugins of Kafka Connect offer
 */
public record PluginList(
    List<Described> sources,
    List<Described> functions,
    List<Described> sinks,
    List<Format> codecs,
    List<Hosted> connect) {

  /**
   * A source, function or sink.
   *
   * @param type the word that names it in a file
   * @param version of the jar it comes from
   * @param doc what it is
   * @param settings its own, without those that all of its kind have
   */
  public record Described(String type, String version, String doc, List<Setting> settings) {}

  /**
   * A class of a plugin of Kafka Connect.
   *
   * @param kind in words
   * @param className for {@code plugin}, a converter or a transform
   * @param location the folder or jar; empty if it came with Penstock
   * @param settings its own, where they were asked for
   */
  public record Hosted(
      String kind,
      String className,
      String version,
      String location,
      List<PluginSettings.Setting> settings) {}

  /** A codec. */
  public record Format(String format, String version, String mediaType) {}

  /**
   * A setting.
   *
   * @param type in words
   * @param defaultValue as it would stand in a file
   * @param range in words
   * @param choices the words to choose from, if it is a choice
   * @param settings those of an object
   */
  public record Setting(
      String name,
      String type,
      boolean required,
      boolean secret,
      Optional<Object> defaultValue,
      Optional<String> range,
      List<String> choices,
      String doc,
      List<Setting> settings) {

    /** The default as JSON. */
    public Optional<String> defaultText() {
      return defaultValue.map(Json::line);
    }

    static Setting of(ConfigKey<?> key) {
      return new Setting(
          key.name(),
          key.choices().isEmpty() ? key.typeName() : "text",
          key.required(),
          key.secret(),
          key.defaultTree(),
          key.range(),
          key.choices(),
          key.doc(),
          key.nested().map(PluginList::settings).orElse(List.of()));
    }
  }

  /** Those of these types, with the settings of hosted ones; no codecs. */
  public PluginList only(Collection<String> types, PluginFolder folder) {
    List<Hosted> named = new ArrayList<>();
    for (PluginFolder.Offered offered : folder.offered()) {
      if (types.stream().anyMatch(type -> isConnector(offered, type))) {
        named.add(hosted(offered, PluginSettings.of(folder, offered.kind(), offered.className())));
      }
    }
    return new PluginList(
        only(sources, types), only(functions, types), only(sinks, types), List.of(), named);
  }

  /** Whether this is a connector that may be called so. */
  public static boolean isConnector(PluginFolder.Offered offered, String word) {
    return (offered.kind() == PluginKind.SOURCE || offered.kind() == PluginKind.SINK)
        && offered.isNamed(word);
  }

  private static Hosted hosted(
      PluginFolder.Offered offered, List<PluginSettings.Setting> settings) {
    return new Hosted(
        offered.kind().words(),
        offered.className(),
        offered.version(),
        offered.location(),
        settings);
  }

  private static List<Described> only(List<Described> plugins, Collection<String> types) {
    return plugins.stream().filter(plugin -> types.contains(plugin.type())).toList();
  }

  /** Lists them, each list by name. */
  public static PluginList of(Plugins plugins, PluginFolder folder) {
    List<Format> codecs = new ArrayList<>();
    for (Codec codec : new TreeMap<>(plugins.codecs()).values()) {
      codecs.add(new Format(codec.format(), version(codec), codec.mediaType()));
    }
    return new PluginList(
        described(plugins.sources()),
        described(plugins.functions()),
        described(plugins.sinks()),
        codecs,
        folder.offered().stream().map(offered -> hosted(offered, List.of())).toList());
  }

  private static <P extends Plugin> List<Described> described(Map<String, P> plugins) {
    List<Described> described = new ArrayList<>();
    for (P plugin : new TreeMap<>(plugins).values()) {
      described.add(
          new Described(plugin.type(), version(plugin), plugin.doc(), settings(plugin.spec())));
    }
    return described;
  }

  private static List<Setting> settings(ConfigSpec spec) {
    return spec.keys().stream().<Setting>map(Setting::of).toList();
  }

  private static String version(Object plugin) {
    String version = plugin.getClass().getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
