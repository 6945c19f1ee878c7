package io.penstock.source.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.SourceRecord;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Requests that are refused, each with a clear word and nothing changed; and those that aren't. */
class GatewayTest extends SourceBench {

  private void assertProblem(TestAnswer answer, int status, String code, String... words) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers()).containsEntry("Content-Type", "application/problem+json");
    assertThat(answer.body())
        .contains("\"status\":" + status, "\"code\":\"" + code + "\"", "\"title\":", "\"detail\":");
    for (String word : words) {
      assertThat(answer.body()).contains(word);
    }
  }

  private TestAnswer post(String body) {
    return ask("POST", "/tasks", body);
  }

  @Test
  void aBodyIsAPayload() {
    TestAnswer answer =
        ask(
            TestRequest.of("POST", "/functions/crop/tasks", "any bytes")
                .with("Content-Type", "image/png")
                .with("Task-Id", "i-1")
                .with("Task-Max-Age", "1h")
                .with("Task-Priority", "3"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    assertThat(answer.headers()).containsEntry("Location", "/sources/jobs/tasks/i-1");
    assertThat(show("i-1"))
        .contains(
            "image/png", "\"sizeBytes\":9", "\"priority\":3", "expiresAt", "\"by\":\"default\"");
    SourceRecord record = takeOne();
    assertThat(record.event().text()).isEqualTo("any bytes");
    assertThat(record.event().dataContentType()).contains("image/png");
  }

  @Test
  void payloadsInJsonStayWhatTheyAre() {
    submit(
        "{\"tasks\":[{\"function\":\"crop\",\"data\":{ \"n\": 1.50,\"t\":[\"\u20ac\"]}},"
            + "{\"function\":\"crop\",\"text\":\"plain\"},{\"function\":\"crop\",\"base64\":\"AQI=\"},{\"function\":\"crop\"},"
            + " {\"function\":\"crop\",\"data\":\"text\"}]}");
    List<SourceRecord> taken = take(10);
    assertThat(taken.get(0).event().text()).isEqualTo("{ \"n\": 1.50,\"t\":[\"\u20ac\"]}");
    assertThat(taken.get(1).event().text()).isEqualTo("plain");
    assertThat(taken.get(2).event().data()).containsExactly(1, 2);
    assertThat(taken.get(3).event().data()).isEmpty();
    assertThat(taken.get(4).event().text()).isEqualTo("\"text\"");
  }

  @Test
  void whatIsNoTaskIsRefused() {
    assertProblem(post("{\"function\":"), 400, "bad_request", "no JSON");
    assertProblem(post(""), 400, "bad_request");
    assertProblem(post("[1]"), 400, "bad_request");
    assertProblem(post("{\"data\":1}"), 400, "bad_request", "'function' is missing", "resize");
    assertProblem(post("{\"function\":\"none\"}"), 404, "unknown_function", "none");
    assertProblem(post("{\"function\":\"crop\",\"colour\":1}"), 400, "bad_request", "colour");
    assertProblem(post("{\"function\":\"crop\",\"id\":\"a b\"}"), 400, "bad_request", "an id is");
    assertProblem(
        post("{\"function\":\"crop\",\"delay\":\"soon\"}"), 400, "bad_request", "'delay'");
    assertProblem(post("{\"function\":\"crop\",\"priority\":\"x\"}"), 400, "bad_request");
    assertProblem(post("{\"function\":\"crop\",\"priority\":1000}"), 400, "bad_request");
    assertProblem(post("{\"function\":\"crop\",\"deadline\":\"now\"}"), 400, "bad_request");
    assertProblem(
        post("{\"function\":\"crop\",\"deadline\":\"2001-01-01T00:00:00Z\"}"), 400, "bad_request");
    assertProblem(
        post("{\"function\":\"crop\",\"orderKey\":\"k\",\"priority\":1}"), 400, "bad_request");
    assertProblem(
        post("{\"function\":\"crop\",\"text\":\"a\",\"data\":1}"),
        400,
        "bad_request",
        "one payload");
    assertProblem(post("{\"function\":\"crop\",\"base64\":\"?\"}"), 400, "bad_request");
    assertProblem(post("{\"tasks\":[]}"), 400, "bad_request");
    assertProblem(
        post("{\"tasks\":[{\"function\":\"crop\"},{\"function\":\"x\"}]}"),
        404,
        "unknown_function",
        "tasks[1]");
    assertThat(ask("GET", "/tasks", "").body()).isEqualTo("{\"tasks\":[]}");
  }

  @Test
  void aSecondTaskWithTheSameIdIsRefusedOrAnswersTheFirst() {
    String task = "{\"function\":\"crop\",\"id\":\"a\",\"data\":1}";
    submit(task);
    assertProblem(post(task), 409, "duplicate", "\"task\":{\"id\":\"a\"");
    TestAnswer existing =
        ask(TestRequest.of("POST", "/tasks", task).with("Task-On-Duplicate", "existing"));
    assertThat(existing.status()).isEqualTo(200);
    assertThat(existing.body()).contains("\"id\":\"a\"");
    assertProblem(
        post("{\"function\":\"crop\",\"id\":\"a\",\"data\":2}"), 409, "id_conflict", "differs");
    assertProblem(
        ask(
            TestRequest.of("POST", "/tasks", "{\"function\":\"crop\",\"id\":\"a\",\"data\":2}")
                .with("Task-On-Duplicate", "existing")),
        409,
        "id_conflict");
    assertThat(take(10)).hasSize(1);
    TestAnswer batch = post("{\"tasks\":[" + task + ",{\"function\":\"crop\",\"id\":\"b\"}]}");
    assertThat(batch.status()).isEqualTo(202);
    assertThat(batch.body()).contains("\"status\":409", "\"status\":202");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertProblem(ask("GET", "/tasks/none", ""), 404, "not_found", "none");
    assertProblem(ask("GET", "/tasks/none/result", ""), 404, "not_found");
    assertProblem(ask("POST", "/tasks/none/stop", ""), 404, "not_found");
    assertProblem(ask("DELETE", "/tasks/none", ""), 404, "not_found");
    submit("{\"function\":\"crop\",\"id\":\"a\"}");
    assertProblem(ask("POST", "/tasks/a/explode", ""), 404, "not_found", "rerun");
    assertProblem(ask("GET", "/tasks/a/result", ""), 404, "not_found", "enqueued");
    assertProblem(ask("DELETE", "/tasks/a", ""), 409, "not_allowed", "stop it");
    assertProblem(ask("POST", "/tasks/a/resume", ""), 409, "not_allowed", "\"allowed\":[\"pause\"");
    assertProblem(ask("PUT", "/tasks/a/priority", "{}"), 400, "bad_request");
    assertProblem(ask("GET", "/tasks?state=sad", ""), 400, "bad_request", "sad", "enqueued");
    assertProblem(ask("GET", "/tasks?limit=0", ""), 400, "bad_request");
    assertProblem(ask("GET", "/tasks?cursor=x", ""), 400, "bad_request");
    assertProblem(ask("GET", "/tasks?order=x", ""), 400, "bad_request");
    assertProblem(ask("GET", "/tasks?from=x", ""), 400, "bad_request");
  }

  @Test
  void tasksAreListedAPageAtATime() {
    for (int i = 0; i < 5; i++) {
      submit("{\"function\":\"" + (i % 2 == 0 ? "crop" : "resize") + "\",\"id\":\"t" + i + "\"}");
    }
    String first = ask("GET", "/tasks?limit=2&order=oldest", "").body();
    assertThat(first).contains("\"t0\"", "\"t1\"", "cursor").doesNotContain("\"t2\"");
    String cursor = first.replaceAll(".*\"cursor\":\"([^\"]+)\".*", "$1");
    assertThat(ask("GET", "/tasks?limit=9&order=oldest&cursor=" + cursor, "").body())
        .contains("\"t2\"", "\"t3\"", "\"t4\"")
        .doesNotContain("\"t1\"", "cursor");
    assertThat(ask("GET", "/tasks?function=resize", "").body())
        .contains("\"t1\"", "\"t3\"")
        .doesNotContain("\"t0\"");
  }

  @Test
  void manyAreActedUponAtOnce() {
    for (int i = 0; i < 5; i++) {
      submit("{\"function\":\"crop\",\"id\":\"t" + i + "\"}");
    }
    act("t0", "stop", 200);
    TestAnswer answer = ask("POST", "/actions/pause", "{\"function\":\"crop\",\"limit\":4}");
    assertThat(answer.body()).contains("\"found\":4,\"changed\":3,\"cursor\"");
    assertThat(take(10)).extracting(r -> r.event().id()).containsExactly("t4");
    assertThat(ask("POST", "/actions/resume", "{\"state\":\"paused\"}").body())
        .contains("\"changed\":3");
    assertThat(ask("POST", "/actions/stop", "{\"idPrefix\":\"t\"}").body()).contains("\"found\":5");
    assertThat(ask("POST", "/actions/delete", "{\"state\":\"stopped\"}").body())
        .contains("\"changed\":");
    assertProblem(ask("POST", "/actions/stop", "{\"colour\":1}"), 400, "bad_request", "colour");
    assertProblem(ask("POST", "/actions/burn", "{}"), 404, "not_found");
  }

  @Test
  void aSenderMayWaitForTheResult() {
    CompletableFuture<TestAnswer> answer =
        begin(TestRequest.of("POST", "/functions/crop/tasks", "x").with("Prefer", "wait=20"));
    List<SourceRecord> taken;
    while ((taken = take(1)).isEmpty()) {
      Thread.onSpinWait();
    }
    source.started(taken);
    assertThat(answer).isNotDone();
    done(taken.get(0), "the result");
    TestAnswer result = TestAnswer.get(answer);
    assertThat(result.status()).isEqualTo(200);
    assertThat(result.body()).isEqualTo("the result");
    assertThat(result.headers()).containsEntry("Content-Type", "text/plain");
  }

  @Test
  void aTaskIsWatchedUntilItsEnd() {
    submit("{\"function\":\"crop\",\"id\":\"a\"}");
    CompletableFuture<TestAnswer> answer = begin(TestRequest.of("GET", "/tasks/a/events", ""));
    Awaitility.await().until(() -> source.tasks().inbox().watched() == 1);
    SourceRecord record = start();
    source.progress(record, 0.5, "half of it");
    settle();
    assertThat(answer).isNotDone();
    done(record);
    TestAnswer events = TestAnswer.get(answer);
    assertThat(events.headers()).containsEntry("Content-Type", "text/event-stream");
    assertThat(events.body())
        .startsWith("event: ")
        .containsSubsequence("\ndata: {", "half of it", "event: succeeded\ndata: {");
    assertThat(source.tasks().inbox().watched()).isZero();
    assertProblem(ask("GET", "/tasks/none/events", ""), 404, "not_found");
  }

  @Test
  void withoutAccountsOnlyThisMachineIsServed() {
    TestRequest request = TestRequest.of("GET", "/tasks", "");
    assertProblem(ask(request.from("192.0.2.1")), 403, "forbidden", "this machine only");
    assertProblem(ask(request.with("X-Forwarded-For", "192.0.2.1")), 403, "forbidden", "proxy");
    assertProblem(
        ask(request.with("Origin", "https://evil.example")), 403, "forbidden", "web page");
  }

  @Test
  void accountsAreKnownByTheirKeysAndSeeNothingOfEachOther() {
    reopenWith(
        Map.of(
            "accounts",
            Map.of(
                "acme", Map.of("keys", List.of(hash("key-one"), hash("key-two"))),
                "globex", Map.of("keys", hash("key-three"), "maxBacklog", 1L))));
    TestRequest request = TestRequest.of("POST", "/tasks", "{\"function\":\"crop\",\"id\":\"a\"}");
    assertProblem(ask(request), 401, "unauthorized");
    assertThat(ask(request).headers()).containsEntry("WWW-Authenticate", "Bearer");
    assertProblem(ask(request.with("Authorization", "Bearer wrong")), 401, "unauthorized");
    assertProblem(ask(request.with("Authorization", "Basic key-one")), 401, "unauthorized");
    assertThat(ask(request.with("Authorization", "Bearer key-two").from("192.0.2.1")).status())
        .isEqualTo(202);
    TestRequest show = TestRequest.of("GET", "/tasks/a", "");
    assertThat(ask(show.with("Authorization", "Bearer key-one")).status()).isEqualTo(200);
    assertProblem(ask(show.with("Authorization", "Bearer key-three")), 404, "not_found");
    // The same id is another task of another account.
    assertThat(ask(request.with("Authorization", "Bearer key-three")).status()).isEqualTo(202);
    TestAnswer full =
        ask(
            TestRequest.of("POST", "/tasks", "{\"function\":\"crop\"}")
                .with("Authorization", "Bearer key-three"));
    assertProblem(full, 429, "backlog_full", "globex", "may have 1");
    assertThat(full.headers()).containsKey("Retry-After");
    assertThat(take(10)).hasSize(2);
  }

  @Test
  void aRateIsKept() {
    reopenWith(
        Map.of("accounts", Map.of("acme", Map.of("keys", hash("key-one"), "ratePerSecond", 2.0))));
    TestRequest request =
        TestRequest.of("POST", "/tasks", "{\"function\":\"crop\"}")
            .with("Authorization", "Bearer key-one");
    assertThat(ask(request).status()).isEqualTo(202);
    assertThat(ask(request).status()).isEqualTo(202);
    TestAnswer limited = ask(request);
    assertProblem(limited, 429, "rate_limited", "2.0 tasks per second");
    assertThat(limited.headers()).containsEntry("Retry-After", "1");
    pass(java.time.Duration.ofMillis(600));
    assertThat(ask(request).status()).isEqualTo(202);
  }

  @Test
  void aLargePayloadIsRefused() {
    reopenWith(Map.of("maxPayload", "1KiB"));
    assertProblem(
        ask("POST", "/functions/crop/tasks", "x".repeat(1_025)), 413, "too_large", "1025", "1024");
  }

  @Test
  void aFunctionOrAnAccountIsPausedAlsoAfterARestart() {
    submit("{\"function\":\"crop\",\"id\":\"c\"}");
    submit("{\"function\":\"resize\",\"id\":\"r\"}");
    assertThat(ask("POST", "/functions/crop/pause", "").body())
        .contains("\"name\":\"crop\"", "\"paused\":true");
    killAndReopen();
    settle();
    List<SourceRecord> taken = take(10);
    assertThat(taken).extracting(r -> r.event().id()).containsExactly("r");
    assertThat(ask("POST", "/functions/crop/resume", "").body()).doesNotContain("true");
    assertThat(ask("POST", "/account/pause", "").body()).doesNotContain("false");
    assertThat(take(10)).isEmpty();
    ask("POST", "/account/resume", "");
    assertThat(take(10)).extracting(r -> r.event().id()).containsExactly("c");
    assertProblem(ask("POST", "/functions/none/pause", ""), 404, "unknown_function");
    assertProblem(ask("POST", "/functions/crop/burn", ""), 404, "not_found");
  }

  @Test
  void functionsAndQueuesAreShown() {
    assertThat(ask("GET", "/functions", "").body())
        .contains("\"name\":\"crop\"", "\"queue\":\"shared\"", "queueReason");
    submit("{\"function\":\"crop\"}");
    assertThat(ask("GET", "/queues", "").body()).contains("\"openTasks\":1", "shared");
    pass(java.time.Duration.ofSeconds(2));
    assertThat(ask("GET", "/functions/crop", "").body()).contains("\"waiting\":1,\"running\":0");
    SourceRecord record = start();
    nowMs.addAndGet(8);
    done(record);
    assertThat(ask("GET", "/functions", "").body())
        .contains("\"succeeded\":1", "\"runningMs\":{\"p50\":9,\"p99\":9}");
  }

  @Test
  void aClosedSourceSaysSo() {
    source.close();
    TestAnswer answer = TestAnswer.get(begin(TestRequest.of("GET", "/tasks", "")));
    assertProblem(answer, 503, "not_ready");
  }

  private static String hash(String key) {
    try {
      return "sha256:"
          + java.util.HexFormat.of()
              .formatHex(
                  java.security.MessageDigest.getInstance("SHA-256")
                      .digest(key.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
