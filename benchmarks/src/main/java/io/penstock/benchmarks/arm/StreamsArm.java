package io.penstock.benchmarks.arm;

import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.jspecify.annotations.Nullable;

/** Kafka Streams: {@code stream -> mapValues -> to}, at least once. */
public final class StreamsArm implements Arm {

  private static final Duration CLOSE = Duration.ofSeconds(30);

  private @Nullable KafkaStreams streams;

  /** For {@link ArmMain}. */
  public StreamsArm() {}

  @Override
  public void start(ArmSettings settings) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(settings.input(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .mapValues(Work::apply)
        .to(settings.output(), Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    Properties properties = new Properties();
    properties.setProperty(StreamsConfig.APPLICATION_ID_CONFIG, settings.group());
    properties.setProperty(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
    properties.setProperty(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    settings
        .consumer()
        .forEach((k, v) -> properties.setProperty(StreamsConfig.consumerPrefix(k), v));
    settings
        .producer()
        .forEach((k, v) -> properties.setProperty(StreamsConfig.producerPrefix(k), v));
    properties.putAll(settings.options());
    KafkaStreams starting = new KafkaStreams(builder.build(), properties);
    starting.setUncaughtExceptionHandler(
        failure -> {
          failure.printStackTrace();
          Runtime.getRuntime().halt(1);
          return StreamThreadExceptionResponse.SHUTDOWN_APPLICATION;
        });
    starting.start();
    streams = starting;
  }

  @Override
  public void close() {
    if (streams != null && !streams.close(CLOSE)) {
      throw new IllegalStateException(
          "Kafka Streams did not close within " + CLOSE.toSeconds() + " s.");
    }
  }
}
