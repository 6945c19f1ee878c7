package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Sink;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSinkConfigTest {

  private final KafkaSinkProvider provider = new KafkaSinkProvider();
  private final Problems problems = new Problems();

  private Settings read(Map<String, Object> raw) {
    Settings settings = provider.spec().read(raw, "$.onSuccess[0]", problems);
    provider.check(settings, problems);
    return settings;
  }

  private Settings valid(Map<String, Object> raw) {
    Settings settings = read(raw);
    assertThat(problems.list()).isEmpty();
    return settings;
  }

  private static Map<String, Object> with(String key, Object value) {
    Map<String, Object> raw = new HashMap<>();
    raw.put("bootstrapServers", "localhost:9092");
    raw.put("topic", "invoices");
    raw.put(key, value);
    return raw;
  }

  private Sink.Ordering ordering(Map<String, Object> properties) {
    return provider.create(valid(with("properties", properties)), Path.of(".")).ordering();
  }

  private Problem onlyProblem() {
    assertThat(problems.list()).hasSize(1);
    return problems.list().get(0);
  }

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(SinkProvider.class))
        .anySatisfy(found -> assertThat(found.type()).isEqualTo("kafka"));
  }

  @Test
  void hasDefaultsForAllButServersAndTopic() {
    Settings settings = valid(Map.of("bootstrapServers", "localhost:9092", "topic", "invoices"));
    assertThat(KafkaSinkConfig.read(settings))
        .isEqualTo(
            new KafkaSinkConfig("localhost:9092", "invoices", Mode.BINARY, "record", Map.of()));
    assertThat(provider.destination(settings)).isEqualTo("kafka:localhost:9092/invoices");
    assertThat(provider.create(settings, Path.of(".")).ordering()).isEqualTo(Sink.Ordering.KEPT);
  }

  @Test
  void takesEveryKey() {
    Settings settings =
        valid(
            Map.of(
                "bootstrapServers", List.of("a:9092", "b:9092"),
                "topic", "invoices",
                "mode", "structured",
                "key", "subject",
                "properties", Map.of("compression.type", "zstd", "acks", "all")));
    assertThat(KafkaSinkConfig.read(settings))
        .isEqualTo(
            new KafkaSinkConfig(
                "a:9092,b:9092",
                "invoices",
                Mode.STRUCTURED,
                "subject",
                Map.of("compression.type", "zstd", "acks", "all")));
  }

  @Test
  void refusesWhatIsMissingOrWrong() {
    read(
        Map.of("bootstrapServers", "localhost", "topic", "a/b", "mode", "json", "key", "Sub Ject"));
    assertThat(problems.list())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "$.onSuccess[0].bootstrapServers",
            "$.onSuccess[0].topic",
            "$.onSuccess[0].mode",
            "$.onSuccess[0].key");
  }

  @Test
  void needsServersAndTopic() {
    read(Map.of());
    assertThat(problems.list())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder("$.onSuccess[0].bootstrapServers", "$.onSuccess[0].topic");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bootstrap.servers", "key.serializer", "value.serializer", "transactional.id"})
  void refusesPropertiesThatAreNotTheUsers(String name) {
    read(with("properties", Map.of(name, "x")));
    assertThat(onlyProblem().path()).isEqualTo("$.onSuccess[0].properties['" + name + "']");
    assertThat(onlyProblem().suggestion()).isPresent();
  }

  @Test
  void refusesLessThanAllAcknowledgements() {
    read(with("properties", Map.of("acks", "1")));
    assertThat(onlyProblem().expected()).isEqualTo("all");
  }

  @Test
  void refusesWhatDoesNotGoWithIdempotence() {
    read(with("properties", Map.of("retries", 0, "max.in.flight.requests.per.connection", 6)));
    assertThat(problems.list()).hasSize(2);
  }

  @Test
  void promisesOrderOnlyWithIdempotenceAndOneRequestInFlight() {
    assertThat(ordering(Map.of("linger.ms", 5))).isEqualTo(Sink.Ordering.KEPT);
    assertThat(ordering(Map.of("enable.idempotence", true, "retries", 3)))
        .isEqualTo(Sink.Ordering.KEPT);
    assertThat(ordering(Map.of("enable.idempotence", false))).isEqualTo(Sink.Ordering.NONE);
    assertThat(ordering(Map.of("max.in.flight.requests.per.connection", 5)))
        .isEqualTo(Sink.Ordering.NONE);
  }

  @Test
  void neverShowsASecret() {
    read(with("properties", Map.of("sasl.jaas.confg", "hunter2", "ssl.key.password", "hunter2")));
    assertThat(problems.list().toString()).doesNotContain("hunter2");
    assertThat(KafkaSinkConfig.read(unchecked()).toString()).doesNotContain("hunter2");
  }

  private Settings unchecked() {
    return provider
        .spec()
        .read(with("properties", Map.of("ssl.key.password", "hunter2")), "$.x", new Problems());
  }

  @Test
  void boundsTheMemoryOfItsClient() {
    KafkaSinkConfig config = KafkaSinkConfig.read(valid(with("key", "none")));
    Map<String, Object> large = ProducerProperties.producer(config, "c", 16L << 20);
    assertThat(large)
        .containsEntry("buffer.memory", 16L << 20)
        .containsEntry("max.request.size", 8 << 20)
        .containsEntry("batch.size", 64 << 10)
        .containsEntry("acks", "all")
        .containsEntry("max.in.flight.requests.per.connection", 1);
    Map<String, Object> small = ProducerProperties.producer(config, "c", 512 << 10);
    assertThat(small)
        .containsEntry("buffer.memory", 512L << 10)
        .containsEntry("max.request.size", 512 << 10)
        .containsEntry("batch.size", 32 << 10);
    assertThat(large.get("client.id")).isNotEqualTo(small.get("client.id"));
  }
}
