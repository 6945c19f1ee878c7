package io.penstock.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.engine.Order;
import io.penstock.server.config.ConfigLoader.Loaded;
import io.penstock.server.config.ConnectorConfig.Body;
import io.penstock.server.config.ConnectorConfig.OnFailure;
import io.penstock.server.config.ConnectorConfig.RouteConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connectors with several functions by name, and what a source that keeps outcomes changes. */
class RoutesTest {

  private static final String FUNCTION =
      "{\"type\": \"http\", \"url\": \"http://localhost:9000/f\"}";

  @TempDir Path folder;

  private Loaded load(String source, String rest) throws IOException {
    Path file = folder.resolve("jobs.json");
    Files.writeString(
        file,
        "{\"apiVersion\": \"penstock/v1\", \"name\": \"jobs\", \"source\": "
            + source
            + ", "
            + rest
            + "}");
    return new ConfigLoader(Plugins.load(), name -> null).load(List.of(file));
  }

  private Body body(String source, String rest) throws IOException {
    Loaded loaded = load(source, rest);
    assertThat(loaded.problems()).extracting(FileProblem::text).isEmpty();
    return loaded.connectors().get(0).body();
  }

  private List<String> problems(String source, String rest) throws IOException {
    return load(source, rest).problems().stream()
        .map(problem -> problem.problem().path() + " " + problem.problem().code())
        .toList();
  }

  private static final String TASKS = "{\"type\": \"tasks\"}";

  @Test
  void aRouteHasItsOwnFunctionRetryAndSinks() throws IOException {
    Body body =
        body(
            TASKS,
            "\"routes\": {\"a\": {\"function\": "
                + FUNCTION
                + "}, \"b\": {\"function\": "
                + FUNCTION
                + ", \"retry\": {\"maxAttempts\": 2}, \"onSuccess\": [{\"type\": \"file\","
                + " \"path\": \"b.jsonl\"}], \"onFailure\": [{\"type\": \"file\", \"path\":"
                + " \"f.jsonl\"}]}}");
    assertThat(body.function()).isEmpty();
    assertThat(body.routes()).containsOnlyKeys("a", "b");
    RouteConfig a = body.routes().get("a");
    assertThat(a.function().name()).isEqualTo("a");
    assertThat(a.retry().maxAttempts()).hasValue(5);
    assertThat(a.onFailure()).isEqualTo(OnFailure.DROP);
    RouteConfig b = body.routes().get("b");
    assertThat(b.retry().maxAttempts()).hasValue(2);
    assertThat(b.onFailure()).isEqualTo(OnFailure.DEAD_LETTER);
    assertThat(b.onSuccess().get(0).name()).isEqualTo("b onSuccess[0] file");
  }

  @Test
  void aSourceThatKeepsOutcomesHasDefaultsOfItsOwn() throws IOException {
    Body body = body(TASKS, "\"function\": " + FUNCTION);
    assertThat(body.delivery().order()).isEqualTo(Order.NONE);
    assertThat(body.delivery().batch().maxEvents()).isEqualTo(1);
    assertThat(body.delivery().retry().maxAttempts()).hasValue(5);
    assertThat(body.onFailure()).isEqualTo(OnFailure.DROP);
    Body own =
        body(
            TASKS,
            "\"function\": "
                + FUNCTION
                + ", \"delivery\": {\"order\": \"key\", \"retry\": {\"maxAttempts\": 7}}");
    assertThat(own.delivery().order()).isEqualTo(Order.KEY);
    assertThat(own.delivery().batch().maxEvents()).isEqualTo(1);
    assertThat(own.delivery().retry().maxAttempts()).hasValue(7);
  }

  private static final String ON_STOP =
      "\"onStop\": [{\"type\": \"file\", \"path\": \"stopped.jsonl\"}]";

  @Test
  void whatIsStoppedMayGoToSinksOfItsOwn() throws IOException {
    Body own = body(TASKS, "\"function\": " + FUNCTION + ", " + ON_STOP);
    assertThat(own.onStop()).hasSize(1);
    assertThat(own.onStop().get(0).name()).isEqualTo("onStop[0] file");
    Body body =
        body(TASKS, "\"routes\": {\"a\": {\"function\": " + FUNCTION + ", " + ON_STOP + "}}");
    assertThat(body.routes().get("a").onStop().get(0).name()).isEqualTo("a onStop[0] file");
    assertThat(body.onStop()).isEmpty();
  }

  @Test
  void sinksThatNothingWouldReachAreRefused() throws IOException {
    String other = "{\"type\": \"http\"}";
    assertThat(problems(other, "\"function\": " + FUNCTION + ", " + ON_STOP))
        .containsExactly("$.onStop CONFLICT");
    assertThat(problems(TASKS, "\"function\": " + FUNCTION + ", \"onStop\": []"))
        .containsExactly("$.onStop WRONG_TYPE");
    assertThat(problems(TASKS, "\"routes\": {\"a\": {\"function\": " + FUNCTION + "}}, " + ON_STOP))
        .containsExactly("$.onStop CONFLICT");
    assertThat(problems(TASKS, ON_STOP)).containsExactly("$.onStop CONFLICT");
  }

  @Test
  void routesThatCanNotBeAreRefused() throws IOException {
    assertThat(problems(TASKS, "\"routes\": {}")).containsExactly("$.routes WRONG_TYPE");
    assertThat(problems(TASKS, "\"routes\": {\"a\": 1}")).containsExactly("$.routes.a WRONG_TYPE");
    assertThat(problems(TASKS, "\"routes\": {\"a b\": {\"function\": " + FUNCTION + "}}"))
        .containsExactly("$.routes.a b BAD_NAME");
    assertThat(problems(TASKS, "\"routes\": {\"a\": {}}"))
        .containsExactly("$.routes.a.function MISSING_KEY");
    assertThat(
            problems(
                TASKS,
                "\"function\": "
                    + FUNCTION
                    + ", \"routes\": {\"a\": {\"function\": "
                    + FUNCTION
                    + "}}"))
        .containsExactly("$.routes CONFLICT");
    assertThat(
            problems(
                "{\"type\": \"http\"}", "\"routes\": {\"a\": {\"function\": " + FUNCTION + "}}"))
        .containsExactly("$.routes CONFLICT");
    assertThat(problems("{\"type\": \"http\"}", "\"description\": \"nothing\""))
        .containsExactly("$ NOTHING_TO_DO");
    assertThat(problems(TASKS, "\"description\": \"routes may come later\"")).isEmpty();
  }
}
