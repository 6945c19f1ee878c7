package io.penstock.server.config;

import io.penstock.connector.Codec;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.server.config.ConnectorConfig.SourceConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a sink takes over from the source of its connector: the format of the payloads and, if
 * both are of one type and the sink doesn't say otherwise, the address of the cluster, and how to
 * log in there.
 */
record Inherited(Map<?, ?> source, Codec format) {

  private static final Codec JSON = new JsonCodec();

  private static final String PROPERTIES = "properties";
  private static final List<String> LOGIN = List.of("security.", "sasl.", "ssl.");

  /** Of a source as it stands in the file, which may be wrong in any way. */
  static Inherited of(Optional<Object> source, Optional<SourceConfig> read, Plugins plugins) {
    Map<?, ?> map = source.orElse(null) instanceof Map<?, ?> m ? m : Map.of();
    Codec format =
        map.get(ConnectorKeys.FORMAT.name()) instanceof String word
            ? plugins.codecs().get(word)
            : null;
    return new Inherited(
        map, read.map(SourceConfig::format).orElse(format == null ? JSON : format));
  }

  /** The same for sinks of dead letters, which are JSON whatever the events are. */
  Inherited letters() {
    return new Inherited(source, JSON);
  }

  @Nullable Object into(@Nullable Object sink) {
    if (!(sink instanceof Map<?, ?> raw)
        || !(source.get("type") instanceof String type)
        || !type.equals(raw.get("type"))) {
      return sink;
    }
    Map<Object, @Nullable Object> filled = new LinkedHashMap<>(raw);
    for (String address : ConnectorKeys.INHERITED_ADDRESSES) {
      if (source.get(address) != null && raw.get(address) == null) {
        filled.put(address, source.get(address));
      }
    }
    if (filled.size() == raw.size()) {
      return sink;
    }
    if (ConnectorKeys.INHERITED_LOGIN.stream().noneMatch(raw::containsKey)) {
      for (String key : ConnectorKeys.INHERITED_LOGIN) {
        if (source.get(key) != null) {
          filled.put(key, source.get(key));
        }
      }
    }
    Object properties = raw.get(PROPERTIES);
    if (source.get(PROPERTIES) instanceof Map<?, ?> ours
        && (properties == null || properties instanceof Map)) {
      Map<Object, @Nullable Object> merged = new LinkedHashMap<>();
      ours.forEach(
          (name, value) -> {
            if (LOGIN.stream().anyMatch(String.valueOf(name)::startsWith)) {
              merged.put(name, value);
            }
          });
      if (properties instanceof Map<?, ?> theirs) {
        merged.putAll(theirs);
      }
      if (!merged.isEmpty()) {
        filled.put(PROPERTIES, merged);
      }
    }
    return filled;
  }
}
