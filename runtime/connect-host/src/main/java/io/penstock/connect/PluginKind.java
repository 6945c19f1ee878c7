package io.penstock.connect;

import java.util.Locale;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/** What a class of a plugin is for. */
public enum PluginKind {
  /** A source connector. */
  SOURCE(SourceConnector.class, "Connector"),
  /** A sink connector. */
  SINK(SinkConnector.class, "Connector"),
  /** A converter of keys and values. */
  CONVERTER(Converter.class, "Converter"),
  /** A converter of headers. */
  HEADER_CONVERTER(HeaderConverter.class, "HeaderConverter"),
  /** A single message transform. */
  TRANSFORM(Transformation.class, ""),
  /** A predicate of transforms. */
  PREDICATE(Predicate.class, "");

  private final Class<?> type;
  private final String suffix;

  PluginKind(Class<?> type, String suffix) {
    this.type = type;
    this.suffix = suffix;
  }

  /** What it is, for people. */
  public String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  Class<?> type() {
    return type;
  }

  /** Whether people may call this class so: its full name, its simple name, or that without what it is. */
  boolean isNamed(String className, String word) {
    String simple =
        className.substring(Math.max(className.lastIndexOf('.'), className.lastIndexOf('$')) + 1);
    return className.equals(word)
        || simple.equals(word)
        || (!suffix.isEmpty() && simple.equals(word + suffix))
        || (this == SOURCE && simple.equals(word + "SourceConnector"))
        || (this == SINK && simple.equals(word + "SinkConnector"));
  }
}
