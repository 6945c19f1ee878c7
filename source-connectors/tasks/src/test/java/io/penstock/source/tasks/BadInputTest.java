package io.penstock.source.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.source.tasks.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever is wrong with a request is answered with a problem of RFC 9457, and changes nothing. */
class BadInputTest extends SourceBench {

  private String acme = "";
  private String globex = "";

  /**
   * A request that must be refused.
   *
   * @param by whose key it has: acme, globex, expired, wrong or none
   */
  private record Bad(String by, String method, String path, String body, int status, String code) {}

  private static final List<Bad> TABLE =
      List.of(
          // who asks
          new Bad("none", "GET", "/tasks", "", 401, "unauthorized"),
          new Bad("wrong", "POST", "/tasks", "{\"function\":\"crop\"}", 401, "unauthorized"),
          new Bad("expired", "POST", "/tasks", "{\"function\":\"crop\"}", 401, "key_expired"),
          new Bad("expired", "POST", "/actions/stop", "{}", 401, "key_expired"),
          // what is asked
          new Bad("acme", "POST", "/tasks", "{\"function\":\"none\"}", 404, "unknown_function"),
          new Bad("acme", "POST", "/functions/none/tasks", "x", 404, "unknown_function"),
          new Bad("acme", "POST", "/functions/none/pause", "", 404, "unknown_function"),
          new Bad("acme", "POST", "/tasks", "{\"function\":", 400, "bad_request"),
          new Bad("acme", "POST", "/tasks", "{\"function\":\"crop\"} x", 400, "bad_request"),
          new Bad("acme", "POST", "/tasks", "\u0000", 400, "bad_request"),
          new Bad("acme", "POST", "/tasks", "{\"a\":1,\"a\":2}", 400, "bad_request"),
          new Bad(
              "acme",
              "POST",
              "/tasks",
              "{\"function\":\"crop\",\"priority\":99999999999999999999}",
              400,
              "bad_request"),
          new Bad("acme", "POST", "/functions/crop/tasks", "x".repeat(1_025), 413, "too_large"),
          new Bad(
              "acme",
              "POST",
              "/tasks",
              "{\"function\":\"crop\",\"text\":\"" + "x".repeat(1_025) + "\"}",
              413,
              "too_large"),
          new Bad("acme", "PUT", "/tasks/t1/priority", "{\"priority\":101}", 400, "bad_request"),
          new Bad("acme", "POST", "/actions/set-priority", "{}", 400, "bad_request"),
          new Bad("acme", "POST", "/actions/stop", "[]", 400, "bad_request"),
          new Bad("acme", "POST", "/actions/stop", "{\"state\":\"sad\"}", 400, "bad_request"),
          // what belongs to somebody else
          new Bad("globex", "GET", "/tasks/t1", "", 404, "not_found"),
          new Bad("globex", "GET", "/tasks/t1/result", "", 404, "not_found"),
          new Bad("globex", "GET", "/tasks/t1/events", "", 404, "not_found"),
          new Bad("globex", "POST", "/tasks/t1/stop", "", 404, "not_found"),
          new Bad("globex", "POST", "/tasks/t1/pause", "", 404, "not_found"),
          new Bad("globex", "PUT", "/tasks/t1/priority", "{\"priority\":1}", 404, "not_found"),
          new Bad("globex", "DELETE", "/tasks/t1", "", 404, "not_found"),
          // what the state does not allow
          new Bad("acme", "POST", "/tasks/t1/resume", "", 409, "not_allowed"),
          new Bad("acme", "POST", "/tasks/t1/rerun", "", 409, "not_allowed"),
          new Bad("acme", "DELETE", "/tasks/t1", "", 409, "not_allowed"),
          new Bad("acme", "POST", "/tasks/t1/explode", "", 404, "not_found"),
          new Bad(
              "acme",
              "POST",
              "/tasks",
              "{\"function\":\"crop\",\"id\":\"t1\",\"data\":2}",
              409,
              "id_conflict"));

  private static String key(TestAnswer made) throws Exception {
    Map<?, ?> tree = (Map<?, ?>) Json.tree(made.body().getBytes(StandardCharsets.UTF_8));
    return String.valueOf(tree.get("key"));
  }

  private TestAnswer ask(String key, String method, String path, String body) {
    TestRequest request = TestRequest.of(method, path, body);
    return ask(key.isEmpty() ? request : request.with("Authorization", "Bearer " + key));
  }

  /** All that anybody could see. */
  private String everything() {
    StringBuilder all = new StringBuilder();
    for (String key : List.of(acme, globex)) {
      for (String path : List.of("/tasks", "/tasks/t1", "/functions", "/queues", "/account")) {
        all.append(ask(key, "GET", path, "").body()).append('\n');
      }
    }
    for (String path : List.of("/admin/accounts", "/admin/functions")) {
      all.append(ask("", "GET", path, "").body()).append('\n');
    }
    return all.toString();
  }

  @Test
  void isRefusedAndChangesNothing() throws Exception {
    reopenWith(Map.of("maxPayload", "1KiB"));
    for (String account : List.of("acme", "globex")) {
      ask("PUT", "/admin/accounts/" + account, "{}");
    }
    acme = key(ask("POST", "/admin/accounts/acme/keys", "{}"));
    globex = key(ask("POST", "/admin/accounts/globex/keys", "{}"));
    String expired = key(ask("POST", "/admin/accounts/acme/keys", "{\"expiresIn\":\"1m\"}"));
    pass(Duration.ofMinutes(2));
    assertThat(
            ask(acme, "POST", "/tasks", "{\"function\":\"crop\",\"id\":\"t1\",\"data\":1}")
                .status())
        .isEqualTo(202);
    Map<String, String> keys =
        Map.of("acme", acme, "globex", globex, "expired", expired, "wrong", "x", "none", "");
    String before = everything();
    assertThat(before).contains("\"t1\"");
    for (Bad bad : TABLE) {
      String what = bad.by() + " " + bad.method() + " " + bad.path();
      TestAnswer answer = ask(keys.get(bad.by()), bad.method(), bad.path(), bad.body());
      assertThat(answer.status()).as(what + ": " + answer.body()).isEqualTo(bad.status());
      assertThat(answer.headers())
          .as(what)
          .containsEntry("Content-Type", "application/problem+json");
      Map<?, ?> problem = (Map<?, ?>) Json.tree(answer.body().getBytes(StandardCharsets.UTF_8));
      assertThat(problem.get("status")).as(what).isEqualTo((long) bad.status());
      assertThat(problem.get("code")).as(what).isEqualTo(bad.code());
      assertThat(String.valueOf(problem.get("detail"))).as(what).isNotEmpty();
      assertThat(problem.get("title")).as(what).isNotNull();
      if (bad.by().equals("globex")) {
        assertThat(answer.body()).as(what).doesNotContain("acme", "crop", "enqueued");
      }
      assertThat(everything()).as(what).isEqualTo(before);
    }
  }
}
