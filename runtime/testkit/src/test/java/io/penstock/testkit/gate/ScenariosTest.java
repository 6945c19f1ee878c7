package io.penstock.testkit.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine's gate against every scenario; the median of a few seeds must keep the ranges. */
class ScenariosTest {

  /** Others with {@code -Dpenstock.gate.first=N}. */
  private static final int FIRST = Integer.getInteger("penstock.gate.first", 0);

  private static final int SEEDS = 5;

  private static List<String> names() {
    return Scenarios.all().stream().map(Scenario::name).toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void keepsTheRanges(String name) {
    Scenario scenario = scenario(name);
    List<ScenarioRun.Result> runs =
        IntStream.range(FIRST, FIRST + SEEDS)
            .mapToObj(seed -> ScenarioRun.run(scenario, Algorithm.ADAPTIVE, seed))
            .toList();
    List<String> misses = new ArrayList<>();
    for (int i = 0; i < scenario.phases().size(); i++) {
      int phase = i;
      Figures median = Figures.median(runs.stream().map(run -> run.phases().get(phase)).toList());
      median
          .misses(scenario.phases().get(i).expect())
          .forEach(miss -> misses.add("phase " + phase + ": " + miss));
    }
    assertThat(misses).as("%s, seeds %d to %d", name, FIRST, FIRST + SEEDS - 1).isEmpty();
  }

  private static Scenario scenario(String name) {
    return Scenarios.all().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void theSameSeedIsTheSameRun() {
    Scenario steps = scenario("steps");
    ScenarioRun.Result first = ScenarioRun.run(steps, Algorithm.ADAPTIVE, 42);
    assertThat(ScenarioRun.run(steps, Algorithm.ADAPTIVE, 42)).isEqualTo(first);
    assertThat(ScenarioRun.run(steps, Algorithm.ADAPTIVE, 43)).isNotEqualTo(first);
  }

  @Test
  void aWorseAlgorithmDoesNotPass() {
    Scenario steps = scenario("steps");
    List<Figures> phases = ScenarioRun.run(steps, Algorithm.AIMD, 1).phases();
    assertThat(phases.get(2).misses(steps.phases().get(2).expect())).isNotEmpty();
  }

  @Test
  void everyFileIsInTheList() throws IOException {
    String folder = Objects.requireNonNull(Scenarios.class.getResource("scenarios.txt")).getPath();
    try (Stream<Path> files = Files.list(Path.of(folder).getParent())) {
      assertThat(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(file -> file.endsWith(".json")))
          .map(file -> file.replace(".json", ""))
          .containsExactlyInAnyOrderElementsOf(names());
    }
  }

  @Test
  void aFileThatIsNoScenarioIsRefusedWithAReason() {
    assertThatThrownBy(() -> read("[]")).hasMessageContaining("is an object");
    assertThatThrownBy(() -> read("{\"description\": \"d\", \"phases\": [], \"backhend\": {}}"))
        .hasMessageContaining("$.backhend")
        .hasMessageContaining("$.backend");
    assertThatThrownBy(
            () ->
                read(
                    "{\"description\": \"d\", \"backend\": {\"serviceMs\": 1}, \"phases\":"
                        + " [{\"for\": \"1s\", \"capacity\": 1, \"expect\": {\"utilisation\":"
                        + " 1}}]}"))
        .hasMessageContaining("$.phases[0].expect.utilisation");
  }

  private static Scenario read(String json) {
    return ScenarioFile.read("test", json.getBytes(StandardCharsets.UTF_8));
  }
}
