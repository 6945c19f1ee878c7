package io.penstock.server.config;

import io.penstock.connector.Codec;
import io.penstock.connector.CodecProvider;
import io.penstock.connector.FunctionProvider;
import io.penstock.connector.Plugin;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.SourceProvider;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What this installation has, by the word that names it in a connector's file. Immutable.
 *
 * @param sources by type
 * @param functions by type
 * @param sinks by type
 * @param codecs by format
 * @param codecProviders by type, for formats that have settings
 */
public record Plugins(
    Map<String, SourceProvider> sources,
    Map<String, FunctionProvider> functions,
    Map<String, SinkProvider> sinks,
    Map<String, Codec> codecs,
    Map<String, CodecProvider> codecProviders) {

  /** Without formats that have settings. */
  public Plugins(
      Map<String, SourceProvider> sources,
      Map<String, FunctionProvider> functions,
      Map<String, SinkProvider> sinks,
      Map<String, Codec> codecs) {
    this(sources, functions, sinks, codecs, Map.of());
  }

  /**
   * Finds everything on the class path.
   *
   * @throws IllegalStateException if two answer to the same word
   * @throws java.util.ServiceConfigurationError if one can't be loaded
   */
  public static Plugins load() {
    return new Plugins(
        byWord(SourceProvider.class, Plugin::type),
        byWord(FunctionProvider.class, Plugin::type),
        byWord(SinkProvider.class, Plugin::type),
        byWord(Codec.class, Codec::format),
        byWord(CodecProvider.class, Plugin::type));
  }

  private static <T> Map<String, T> byWord(Class<T> service, Function<T, String> word) {
    Map<String, T> found = new TreeMap<>();
    for (T provider : ServiceLoader.load(service)) {
      T other = found.putIfAbsent(word.apply(provider), provider);
      if (other != null) {
        throw new IllegalStateException(
            "two providers on the class path answer to '"
                + word.apply(provider)
                + "': "
                + other.getClass().getName()
                + " and "
                + provider.getClass().getName()
                + "; remove one of their jars");
      }
    }
    return Map.copyOf(found);
  }
}
