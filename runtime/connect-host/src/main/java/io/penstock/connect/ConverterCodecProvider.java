package io.penstock.connect;

import io.penstock.connector.Codec;
import io.penstock.connector.CodecProvider;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The format {@code connect}: any Converter of Kafka Connect, for example one of Avro or Protobuf. */
public final class ConverterCodecProvider implements CodecProvider {

  private static final ConfigKey<String> CONVERTER =
      ConfigKey.text("converter")
          .required()
          .doc("The converter's class, or its short name such as Avro.");

  private static final ConfigKey<String> TOPIC =
      ConfigKey.text("topic")
          .defaultsTo("events")
          .doc("The topic that the converter is told; some name schemas by it.");

  private static final ConfigKey<Map<String, String>> PROPERTIES =
      ConfigKey.properties("properties")
          .defaultsTo(Map.of())
          .doc("The converter's own settings, such as schema.registry.url.");

  private static final ConfigSpec SPEC =
      ConfigSpec.of(CONVERTER, ConnectKeys.FOLDER, TOPIC, PROPERTIES);

  /** For the service loader. */
  public ConverterCodecProvider() {}

  @Override
  public String type() {
    return "connect";
  }

  @Override
  public String doc() {
    return "Any Converter of Kafka Connect.";
  }

  @Override
  public ConfigSpec spec() {
    return SPEC;
  }

  @Override
  public Codec create(Settings settings, Path baseDirectory) {
    Map<String, String> properties = new HashMap<>();
    properties.put("value.converter", settings.get(CONVERTER));
    settings
        .get(PROPERTIES)
        .forEach((name, value) -> properties.put("value.converter." + name, value));
    return new ConverterCodec(
        baseDirectory.resolve(settings.get(ConnectKeys.FOLDER)),
        settings.get(TOPIC),
        Map.copyOf(properties));
  }
}
