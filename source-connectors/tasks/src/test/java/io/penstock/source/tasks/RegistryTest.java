package io.penstock.source.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.Failpoints;
import io.penstock.connector.RouteDefiner.Definition;
import io.penstock.connector.Settlement;
import io.penstock.connector.SourceRecord;
import io.penstock.source.tasks.wire.Json;
import io.penstock.source.tasks.wire.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Accounts, keys and functions that are added while the source runs. */
class RegistryTest extends SourceBench {

  private static final String HTTP = "{\"function\":{\"type\":\"http\",\"url\":\"http://a/%s\"}}";
  private static final String FUNCTION = "/admin/accounts/default/functions/";

  @SuppressWarnings("unchecked")
  private static Map<String, Object> tree(TestAnswer answer) {
    try {
      return (Map<String, Object>)
          Json.tree(answer.body().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } catch (RefusedException e) {
      throw new AssertionError(answer.body(), e);
    }
  }

  private Map<String, Object> good(String method, String path, String body) {
    TestAnswer answer = ask(method, path, body);
    assertThat(answer.status()).as(answer.body()).isBetween(200, 201);
    return tree(answer);
  }

  private void refused(String method, String path, String body, int status, String code) {
    String before = ask("GET", "/admin/functions", "").body();
    TestAnswer answer = ask(method, path, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
    assertThat(ask("GET", "/admin/functions", "").body()).isEqualTo(before);
  }

  private String register(String name, String url) {
    return register(name, url, "live");
  }

  private String register(String name, String url, String alias) {
    Map<String, Object> answer =
        good(
            "PUT",
            FUNCTION + name,
            "{\"definition\":" + HTTP.formatted(url) + ",\"alias\":\"" + alias + "\"}");
    return String.valueOf(answer.get("version"));
  }

  private String url(SourceRecord record) {
    Definition definition = source.definition(String.valueOf(record.route())).orElseThrow();
    return String.valueOf(((Map<?, ?>) definition.tree().get("function")).get("url"));
  }

  // ---- functions

  @Test
  void aFunctionIsRegisteredAndTakesTasksAlsoAfterARestart() {
    String version = register("report", "one");
    submit("{\"function\":\"report\",\"id\":\"t1\"}");
    killAndReopen();
    SourceRecord record = start();
    assertThat(record.route()).isEqualTo("default/report@" + version);
    assertThat(url(record)).isEqualTo("http://a/one");
    done(record);
    assertState("t1", "succeeded");
    assertThat(show("t1")).contains("\"cause\":\"version " + version);
    assertThat(good("GET", "/functions/report", ""))
        .containsEntry("name", "report")
        .containsEntry("aliases", Map.of("live", version));
  }

  @Test
  void aTaskKeepsTheVersionOfItsFirstStart() {
    String first = register("report", "one");
    submit("{\"function\":\"report\",\"id\":\"t1\"}");
    submit("{\"function\":\"report\",\"id\":\"t2\"}");
    SourceRecord record = start();
    ended(record, new AttemptEnd.Retried(Duration.ofMinutes(1), "FUNCTION_ERROR", "no"));
    source.release(record, Duration.ofMinutes(1));
    String second = register("report", "two");
    assertThat(second).isNotEqualTo(first);
    SourceRecord other = start();
    assertThat(url(other)).isEqualTo("http://a/two");
    done(other);
    pass(Duration.ofMinutes(2));
    SourceRecord again = start();
    assertThat(again.event().id()).isEqualTo("t1");
    assertThat(url(again)).isEqualTo("http://a/one");
  }

  @Test
  void aVersionIsWhatItSaysAndAliasesMove() {
    String first = register("report", "one");
    assertThat(register("report", "one")).isEqualTo(first);
    Map<String, Object> reordered =
        good(
            "PUT",
            FUNCTION + "report",
            "{\"definition\":{\"function\":{\"url\":\"http://a/one\",\"type\":\"http\"}}}");
    assertThat(reordered).containsEntry("version", first);
    String second = register("report", "two", "beta");
    submit("{\"function\":\"report:beta\",\"id\":\"b\"}");
    submit("{\"function\":\"report@" + first + "\",\"id\":\"v\"}");
    assertThat(url(start())).isEqualTo("http://a/two");
    assertThat(url(start())).isEqualTo("http://a/one");
    refused("DELETE", FUNCTION + "report/versions/" + second, "", 409, "in_use");
    good("PUT", FUNCTION + "report/aliases/beta", "{\"version\":\"" + first + "\"}");
    good("DELETE", FUNCTION + "report/versions/" + second, "");
    refused("PUT", FUNCTION + "report/aliases/x", "{\"version\":\"none\"}", 404, "not_found");
    good("DELETE", FUNCTION + "report/aliases/beta", "");
    TestAnswer gone = ask("POST", "/tasks", "{\"function\":\"report:beta\"}");
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.body()).contains("unknown_function");
  }

  @Test
  void aDrainingFunctionTakesNoMoreAndIsGoneAfterItsLastTask() {
    register("report", "one");
    submit("{\"function\":\"report\",\"id\":\"t1\"}");
    good("DELETE", FUNCTION + "report?tasks=drain", "");
    assertThat(ask("POST", "/tasks", "{\"function\":\"report\"}").body())
        .contains("unknown_function", "being deleted");
    SourceRecord record = start();
    assertThat(url(record)).isEqualTo("http://a/one");
    done(record);
    Awaitility.await().until(() -> ask("GET", "/functions/report", "").status() == 404);
    assertState("t1", "succeeded");
  }

  @Test
  void aFunctionThatIsDeletedAtOnceLeavesItsTasksInvalid() {
    register("report", "one");
    submit("{\"function\":\"report\",\"id\":\"running\"}");
    submit("{\"function\":\"report\",\"id\":\"waiting\"}");
    submit("{\"function\":\"report\",\"id\":\"later\",\"delay\":\"1h\"}");
    SourceRecord record = start();
    refused("DELETE", FUNCTION + "report", "", 400, "bad_request");
    good("DELETE", FUNCTION + "report?tasks=invalidate", "");
    settle();
    assertState("waiting", "invalid");
    assertState("later", "invalid");
    assertThat(show("later")).contains("its function was deleted");
    done(record);
    assertState("running", "succeeded");
    assertThat(ask("GET", "/functions/report", "").status()).isEqualTo(404);
    assertThat(source.definition(String.valueOf(record.route()))).isEmpty();
  }

  @Test
  void whatTheFileDeclaresIsChangedThereOnly() {
    refused(
        "PUT", FUNCTION + "crop", "{\"definition\":" + HTTP.formatted("x") + "}", 409, "declared");
    refused("DELETE", FUNCTION + "crop?tasks=drain", "", 409, "declared");
    assertThat(good("GET", "/admin/functions", ""))
        .containsEntry("declared", List.of("crop", "resize"));
  }

  @Test
  void whatCannotBeMadeIsRefused() {
    refused(
        "PUT",
        FUNCTION + "report",
        "{\"definition\":{\"function\":{\"type\":\"broken\"}}}",
        400,
        "bad_function");
    refused("PUT", FUNCTION + "report", "{}", 400, "bad_request");
    refused("PUT", FUNCTION + "report", "{\"definition\":{\"a\":1}}", 400, "bad_request");
    refused("PUT", FUNCTION + "report", "{\"colour\":1}", 400, "bad_request");
    refused("PUT", FUNCTION + "a b", "{\"definition\":{}}", 400, "bad_request");
    refused("GET", FUNCTION + "none", "", 404, "unknown_function");
    refused(
        "PUT",
        "/admin/accounts/nobody/functions/f",
        "{\"definition\":" + HTTP.formatted("x") + "}",
        404,
        "not_found");
    refused(
        "POST",
        "/admin/functions",
        "{\"functions\":[{\"account\":\"default\",\"name\":\"a\",\"definition\":"
            + HTTP.formatted("x")
            + "},{\"account\":\"default\",\"name\":\"b\",\"definition\":{\"function\":{\"type\":"
            + "\"broken\"}}}]}",
        400,
        "bad_function");
  }

  @Test
  void theFilesOfAVersionAreKeptAsTheyWere(@org.junit.jupiter.api.io.TempDir Path other)
      throws IOException {
    TestAnswer kept = ask("POST", "/admin/files", "the jar");
    String digest = String.valueOf(tree(kept).get("sha256"));
    String body =
        "{\"definition\":{\"function\":{\"type\":\"java\",\"jar\":\"lib/a.jar\"}},\"files\":{"
            + "\"lib/a.jar\":\"%s\"}}";
    good("PUT", FUNCTION + "report", body.formatted(digest));
    submit("{\"function\":\"report\",\"id\":\"t1\"}");
    SourceRecord record = start();
    Path jar =
        source
            .definition(String.valueOf(record.route()))
            .orElseThrow()
            .baseDirectory()
            .resolve("lib/a.jar");
    assertThat(jar).hasContent("the jar");
    Files.delete(jar); // as on another worker
    killAndReopen();
    assertThat(jar).hasContent("the jar");
    refused("PUT", FUNCTION + "f", body.formatted("a".repeat(64)), 400, "bad_request");
    refused(
        "PUT",
        FUNCTION + "f",
        body.formatted(digest).replace("lib/a.jar\":\"", "../a.jar\":\""),
        400,
        "bad_request");
    String another = body.formatted(tree(ask("POST", "/admin/files", "another")).get("sha256"));
    String second = String.valueOf(good("PUT", FUNCTION + "report", another).get("version"));
    assertThat(record.route()).isNotEqualTo("default/report@" + second);
  }

  @Test
  void functionsAreRegisteredManyAtATimeAndListedAPageAtATime() {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      all.append(all.isEmpty() ? "" : ",")
          .append("{\"account\":\"default\",\"name\":\"f")
          .append(i)
          .append("\",\"definition\":")
          .append(HTTP.formatted("same"))
          .append("}");
    }
    good("POST", "/admin/functions", "{\"functions\":[" + all + "]}");
    register("another", "x");
    Map<?, ?> page = good("GET", "/admin/functions", "");
    assertThat((List<?>) page.get("functions")).hasSize(1_000);
    Map<?, ?> rest = good("GET", "/admin/functions?cursor=" + page.get("cursor"), "");
    assertThat((List<?>) rest.get("functions")).hasSize(1);
    assertThat((List<?>) good("GET", "/functions?limit=5", "").get("functions")).hasSize(5);
  }

  // ---- accounts

  @Test
  void accountsAndKeysComeAndGo() {
    good("PUT", "/admin/accounts/acme", "{\"maxBacklog\":1,\"weight\":2}");
    // There are accounts now: nobody is let in without a key.
    assertThat(ask("GET", "/tasks", "").status()).isEqualTo(401);
    Map<?, ?> one = good("POST", "/admin/accounts/acme/keys", "{\"label\":\"ci\"}");
    Map<?, ?> two = good("POST", "/admin/accounts/acme/keys", "{\"expiresIn\":\"1h\"}");
    String shown = ask("GET", "/admin/accounts", "").body();
    assertThat(shown)
        .contains("ci", "expiresAt", String.valueOf(one.get("id")))
        .doesNotContain(String.valueOf(one.get("key")), "hash");
    TestRequest list = TestRequest.of("GET", "/tasks", "");
    TestRequest byOne = list.with("Authorization", "Bearer " + one.get("key"));
    TestRequest byTwo = list.with("Authorization", "Bearer " + two.get("key"));
    assertThat(ask(byOne).status()).isEqualTo(200);
    assertThat(ask(byTwo).status()).isEqualTo(200);
    killAndReopen();
    assertThat(ask(byOne).status()).isEqualTo(200);
    pass(Duration.ofHours(2));
    TestAnswer expired = ask(byTwo);
    assertThat(expired.status()).isEqualTo(401);
    assertThat(expired.body()).contains("key_expired");
    good("DELETE", "/admin/accounts/acme/keys/" + one.get("id"), "");
    assertThat(ask(byOne).status()).isEqualTo(401);
    assertThat(ask("DELETE", "/admin/accounts/acme/keys/none", "").status()).isEqualTo(404);
    good("DELETE", "/admin/accounts/acme?tasks=drain", "");
    assertThat(ask("GET", "/admin/accounts/acme", "").status()).isEqualTo(404);
    assertThat(ask(list).status()).isEqualTo(200);
  }

  @Test
  void anAccountHasFunctionsOfItsOwn() {
    good("PUT", "/admin/accounts/acme", "{}");
    good("PUT", "/admin/accounts/globex", "{}");
    String acme = "Bearer " + good("POST", "/admin/accounts/acme/keys", "").get("key");
    String globex = "Bearer " + good("POST", "/admin/accounts/globex/keys", "").get("key");
    String put = "/admin/accounts/%s/functions/report";
    good("PUT", put.formatted("acme"), "{\"definition\":" + HTTP.formatted("acme") + "}");
    TestRequest submit = TestRequest.of("POST", "/tasks", "{\"function\":\"report\"}");
    TestAnswer foreign = ask(submit.with("Authorization", globex));
    assertThat(foreign.status()).isEqualTo(404);
    assertThat(foreign.body()).contains("unknown_function");
    good("PUT", put.formatted("globex"), "{\"definition\":" + HTTP.formatted("globex") + "}");
    assertThat(ask(submit.with("Authorization", globex)).status()).isEqualTo(202);
    assertThat(ask(submit.with("Authorization", acme)).status()).isEqualTo(202);
    List<String> urls = List.of(url(start()), url(start()));
    assertThat(urls).containsExactlyInAnyOrder("http://a/acme", "http://a/globex");
    // What is left of an account that is deleted is not handed out.
    assertThat(ask(submit.with("Authorization", acme)).status()).isEqualTo(202);
    good("DELETE", "/admin/accounts/acme?tasks=invalidate", "");
    settle();
    assertThat(take(10)).isEmpty();
  }

  @Test
  void administrationHasAGuardOfItsOwn() {
    TestRequest request = TestRequest.of("GET", "/admin/accounts", "");
    assertThat(ask(request.from("192.0.2.1")).status()).isEqualTo(403);
    assertThat(ask(request.with("Origin", "https://evil.example")).status()).isEqualTo(403);
    String hash =
        "sha256:5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"; // password
    reopenWith(Map.of("adminKeys", hash, "accounts", Map.of("acme", Map.of("keys", hash))));
    assertThat(ask(request).status()).isEqualTo(401);
    assertThat(ask(request.with("Authorization", "Bearer wrong")).status()).isEqualTo(401);
    TestRequest good = request.with("Authorization", "Bearer password").from("192.0.2.1");
    assertThat(ask(good).body()).contains("\"acme\"", "\"declared\":true");
    TestAnswer declared =
        ask(
            TestRequest.of("PUT", "/admin/accounts/acme", "{}")
                .with("Authorization", "Bearer password"));
    assertThat(declared.status()).isEqualTo(409);
  }

  @Test
  void whatIsNoAccountIsRefused() {
    refused("PUT", "/admin/accounts/a b", "{}", 400, "bad_request");
    refused("PUT", "/admin/accounts/acme", "{\"weight\":0}", 400, "bad_request");
    refused("PUT", "/admin/accounts/acme", "{\"maxBacklog\":\"x\"}", 400, "bad_request");
    refused("PUT", "/admin/accounts/acme", "[", 400, "bad_request");
    refused("POST", "/admin/accounts/none/keys", "{}", 404, "not_found");
    refused("POST", "/admin/accounts", "{\"accounts\":[]}", 400, "bad_request");
    refused("DELETE", "/admin/accounts/none?tasks=drain", "", 404, "not_found");
    assertThat(good("GET", "/admin/accounts", "")).containsEntry("accounts", List.of());
  }

  @Test
  void aSettlementOfATaskWhoseFunctionIsGoneMakesItInvalid() {
    register("report", "one");
    submit("{\"function\":\"report\",\"id\":\"t1\"}");
    List<SourceRecord> taken = take(1);
    // The engine finds no route of that name any more.
    ended(taken.get(0), new AttemptEnd.GivenUp("UNKNOWN_ROUTE", "no route"));
    settled(taken.get(0), Settlement.DROPPED);
    assertState("t1", "invalid");
  }

  @Test
  void whatOneWorkerAddsAnotherHasSoon() {
    String digest = String.valueOf(tree(ask("POST", "/admin/files", "the jar")).get("sha256"));
    TasksSource other = TestSources.make(Map.of(), nowMs);
    try {
      other.checkWith(this::check);
      other.open(
          new TestContext("jobs", owner, ROUTES, state, folder.resolve("other"), Failpoints.NONE));
      String version =
          String.valueOf(
              good(
                      "PUT",
                      FUNCTION + "report",
                      "{\"definition\":{\"function\":{\"type\":\"java\",\"jar\":\"a.jar\"}},\"files\":{"
                          + "\"a.jar\":\""
                          + digest
                          + "\"}}")
                  .get("version"));
      Awaitility.await().until(() -> other.definition("default/report@" + version).isPresent());
      assertThat(
              other
                  .definition("default/report@" + version)
                  .orElseThrow()
                  .baseDirectory()
                  .resolve("a.jar"))
          .hasContent("the jar");
    } finally {
      other.close();
    }
  }
}
