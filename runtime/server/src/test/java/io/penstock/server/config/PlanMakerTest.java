package io.penstock.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.ConnectorPlan;
import io.penstock.engine.FailurePlan;
import io.penstock.server.config.PlanMaker.Cause;
import io.penstock.server.config.PlanMaker.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Making plans")
class PlanMakerTest {

  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "NAME",
        "source": { "type": "kafka", "bootstrapServers": "b", "topics": ["NAME"] },
        "function": { "type": "java", "handler": "HANDLER" },
        "onSuccess": [ { "type": "file", "path": "SINK" } ],
        "onFailure": [ { "type": "kafka", "topic": "dead" } ] }
      """;

  @TempDir private Path directory;

  private final FakePlugins fakes = new FakePlugins();

  @Test
  void makesEverythingAndHandsItOver() throws IOException {
    try (PlanMaker maker = new PlanMaker()) {
      List<ConnectorPlan> plans = maker.make(load(connector("a", "A", "x")));
      maker.handOver("a");

      assertThat(maker.failures()).isEmpty();
      assertThat(plans)
          .singleElement()
          .satisfies(
              plan -> {
                assertThat(plan.name()).isEqualTo("a");
                assertThat(plan.function().orElseThrow().name()).isEqualTo("a");
                assertThat(plan.onFailure()).isInstanceOf(FailurePlan.DeadLetter.class);
              });
    }
    assertThat(fakes.made)
        .containsExactly("source of [a]", "function a for 64 at a time", "file x", "sink b/dead");
    assertThat(fakes.closed).isEmpty();
  }

  @Test
  void closesWhatNobodyTook() throws IOException {
    try (PlanMaker maker = new PlanMaker()) {
      maker.make(load(connector("a", "A", "x")));
    }
    assertThat(fakes.closed)
        .containsExactly("sink b/dead", "file x", "function a for 64 at a time", "source of [a]");
  }

  @Test
  void tellsAllFailuresAtOnceAndKeepsNothing() throws IOException {
    try (PlanMaker maker = new PlanMaker()) {
      List<ConnectorPlan> plans =
          maker.make(
              load(
                  connector("a", "missing.A", "x"),
                  connector("b", "missing.B", "broken"),
                  connector("c", "C", "y")));

      assertThat(plans).isEmpty();
      assertThat(maker.failures())
          .extracting(Failure::connector, Failure::path, Failure::text, Failure::cause)
          .containsExactly(
              tuple("a", "$[0].function", "there is no class missing.A", Cause.CONFIG),
              tuple("b", "$[1].function", "there is no class missing.B", Cause.CONFIG),
              tuple("b", "$[1].onSuccess[0]", "the disk is full", Cause.ENVIRONMENT));
    }
    assertThat(fakes.closed).containsExactlyInAnyOrderElementsOf(fakes.made);
  }

  private static org.assertj.core.groups.Tuple tuple(Object... values) {
    return org.assertj.core.groups.Tuple.tuple(values);
  }

  private static String connector(String name, String handler, String sink) {
    return CONNECTOR.replace("NAME", name).replace("HANDLER", handler).replace("SINK", sink);
  }

  private List<ConnectorConfig> load(String... connectors) throws IOException {
    Path file =
        Files.writeString(directory.resolve("all.json"), "[" + String.join(",", connectors) + "]");
    var loaded = new ConfigLoader(fakes.plugins(), name -> null).load(List.of(file));
    assertThat(loaded.problems()).isEmpty();
    return loaded.connectors();
  }
}
