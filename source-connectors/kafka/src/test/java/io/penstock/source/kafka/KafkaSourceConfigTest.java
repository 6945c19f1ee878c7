package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.SeekTarget;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSourceConfigTest {

  private final KafkaSourceProvider provider = new KafkaSourceProvider();
  private final Problems problems = new Problems();

  private Settings read(Map<String, Object> raw) {
    Settings settings = provider.spec().read(raw, "$.source", problems);
    provider.check(settings, problems);
    return settings;
  }

  private KafkaSourceConfig valid(Map<String, Object> raw) {
    Settings settings = read(raw);
    assertThat(problems.list()).isEmpty();
    return KafkaSourceConfig.read(settings);
  }

  private static Map<String, Object> with(String key, Object value) {
    Map<String, Object> raw = new HashMap<>();
    raw.put("bootstrapServers", "localhost:9092");
    raw.put("topics", List.of("orders"));
    raw.put(key, value);
    return raw;
  }

  private Problem onlyProblem() {
    assertThat(problems.list()).hasSize(1);
    return problems.list().get(0);
  }

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(SourceProvider.class))
        .anySatisfy(found -> assertThat(found.type()).isEqualTo("kafka"));
  }

  @Test
  void hasDefaultsForAllButServersAndTopics() {
    KafkaSourceConfig config =
        valid(Map.of("bootstrapServers", "localhost:9092", "topics", "orders"));
    assertThat(config.bootstrapServers()).isEqualTo("localhost:9092");
    assertThat(config.topics()).isEqualTo(new Topics.Named(List.of("orders")));
    assertThat(config.group()).isEmpty();
    assertThat(config.startAt()).isEqualTo(new StartAt.Everywhere(new SeekTarget.Earliest()));
    assertThat(config.properties()).isEmpty();
    assertThat(ConsumerProperties.outOfRange(config)).isEqualTo("earliest");
  }

  @Test
  void takesEveryKey() {
    KafkaSourceConfig config =
        valid(
            Map.of(
                "bootstrapServers", List.of("a:9092", "b:9092, [::1]:9093"),
                "topicPattern", "orders\\..*",
                "group", "invoicing",
                "startAt", "2026-01-01T00:00:00Z",
                "properties",
                    Map.of(
                        "fetch.min.bytes", 1,
                        "group.instance.id", "worker-1",
                        "auto.offset.reset", "latest")));
    assertThat(config.bootstrapServers()).isEqualTo("a:9092,b:9092,[::1]:9093");
    assertThat(config.topics())
        .isInstanceOfSatisfying(
            Topics.Matching.class,
            matching -> assertThat(matching.pattern().pattern()).isEqualTo("orders\\..*"));
    assertThat(config.group()).isEqualTo(Optional.of("invoicing"));
    assertThat(config.startAt().of("orders-0"))
        .isEqualTo(new SeekTarget.At(Instant.parse("2026-01-01T00:00:00Z")));
    assertThat(config.properties()).containsEntry("fetch.min.bytes", "1");
    assertThat(ConsumerProperties.outOfRange(config)).isEqualTo("latest");
  }

  @Test
  void startsAtOffsetsByLane() {
    KafkaSourceConfig config =
        valid(with("startAt", Map.of("offsets", Map.of("orders-1", 12L, "orders-2", 7))));
    assertThat(config.startAt().of("orders-1")).isEqualTo(new SeekTarget.Position(12));
    assertThat(config.startAt().of("orders-2")).isEqualTo(new SeekTarget.Position(7));
    assertThat(config.startAt().of("orders-0")).isEqualTo(new SeekTarget.Earliest());
  }

  @Test
  void refusesOffsetsOfOtherTopicsAndOfNoLane() {
    read(with("startAt", Map.of("offsets", Map.of("order-0", 1L, "orders", 2L, "orders-1", -1L))));
    assertThat(problems.list())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "$.source.startAt.offsets['orders']",
            "$.source.startAt.offsets['orders-1']",
            "$.source.startAt.offsets['order-0']");
    assertThat(problems.list())
        .anySatisfy(p -> assertThat(p.suggestion()).hasValue("did you mean 'orders'?"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "2026-01-01", "Earliest"})
  void refusesOtherStarts(String text) {
    read(with("startAt", text));
    assertThat(onlyProblem().path()).isEqualTo("$.source.startAt");
    assertThat(onlyProblem().expected()).contains("earliest", "offsets");
  }

  @Test
  void refusesStartsThatAreNotOneForm() {
    read(with("startAt", Map.of("offset", 12L)));
    assertThat(onlyProblem().path()).isEqualTo("$.source.startAt");
  }

  @Test
  void needsEitherTopicsOrAPattern() {
    read(with("topicPattern", "x.*"));
    assertThat(onlyProblem().found()).isEqualTo("both topics and topicPattern");
  }

  @Test
  void needsTopicsOrAPattern() {
    read(Map.of("bootstrapServers", "localhost:9092"));
    assertThat(onlyProblem().found()).isEqualTo("neither topics nor topicPattern");
  }

  @Test
  void refusesWhatIsNoPatternOrTopicOrServer() {
    read(
        Map.of(
            "bootstrapServers", List.of("localhost", "a:99999"),
            "topicPattern", "(",
            "topics", List.of("a b")));
    assertThat(problems.list())
        .extracting(Problem::path)
        .contains("$.source.bootstrapServers", "$.source.topicPattern", "$.source.topics");
    assertThat(problems.list()).extracting(Problem::found).contains("'localhost'", "'a:99999'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bootstrap.servers",
        "group.id",
        "enable.auto.commit",
        "auto.commit.interval.ms",
        "key.deserializer",
        "value.deserializer"
      })
  void refusesPropertiesThatAreNotTheUsers(String name) {
    read(with("properties", Map.of(name, "x")));
    assertThat(onlyProblem().path()).isEqualTo("$.source.properties['" + name + "']");
    assertThat(onlyProblem().suggestion()).isPresent();
  }

  @Test
  void refusesWrongValuesAndSlipsInNames() {
    read(with("properties", Map.of("fetch.min.bytes", "many", "fetch.min.byte", 1)));
    assertThat(problems.list()).hasSize(2);
    assertThat(problems.list())
        .anySatisfy(p -> assertThat(p.toString()).contains("'many'").contains("fetch.min.bytes"))
        .anySatisfy(p -> assertThat(p.suggestion()).hasValue("did you mean 'fetch.min.bytes'?"));
  }

  @Test
  void leavesNamesAloneThatMayBelongToAPlugIn() {
    valid(with("properties", Map.of("com.acme.interceptor.colour", "red")));
  }

  @Test
  void neverShowsASecret() {
    read(
        with(
            "properties",
            Map.of("ssl.keystore.password", "hunter2", "ssl.keystore.pasword", "hunter2")));
    assertThat(problems.list().toString()).doesNotContain("hunter2");
    KafkaSourceConfig config =
        new KafkaSourceConfig(
            "a:1",
            new Topics.Named(List.of("t")),
            Optional.empty(),
            new StartAt.Everywhere(new SeekTarget.Earliest()),
            Map.of("sasl.jaas.config", "X required username=\"joe\" password=\"hunter2\";"));
    assertThat(ConsumerProperties.hideSecrets("bad: password=\"hunter2\"", config))
        .doesNotContain("hunter2");
    assertThat(config.toString()).doesNotContain("hunter2");
  }

  @Test
  void refusesOtherOffsetResets() {
    read(with("properties", Map.of("auto.offset.reset", "by_duration:PT1H")));
    assertThat(onlyProblem().suggestion().orElse("")).contains("startAt");
  }

  @Test
  void refusesClassicPropertiesWithTheNewProtocol() {
    read(with("properties", Map.of("group.protocol", "consumer", "session.timeout.ms", "10000")));
    assertThat(onlyProblem().path()).isEqualTo("$.source.properties['session.timeout.ms']");
  }
}
