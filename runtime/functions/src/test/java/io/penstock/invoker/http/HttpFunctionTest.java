package io.penstock.invoker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.EventOutcome;
import io.penstock.connector.FunctionContext;
import io.penstock.connector.FunctionInvoker;
import io.penstock.connector.FunctionProvider;
import io.penstock.connector.InvocationResult;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.functions.Event;
import io.penstock.httpclient.cloudevents.EventMode;
import io.penstock.invoker.FakeInvocation;
import io.penstock.testkit.http.HttpPeer;
import io.penstock.testkit.http.Received;
import io.penstock.testkit.http.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions over HTTP, against a real server. */
class HttpFunctionTest {

  private static final String BATCH = "application/cloudevents-batch+json";
  private static final String EVENT = "application/cloudevents+json";
  private static final InvocationResult ALL_DONE = InvocationResult.AllDone.INSTANCE;

  private static HttpPeer server;

  private final List<FunctionInvoker> open = new ArrayList<>();

  @BeforeAll
  static void start() {
    server = HttpPeer.start(request -> Reply.status(200));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void close() {
    open.forEach(FunctionInvoker::close);
    server.forget();
  }

  private static Settings settings(Object... pairs) {
    Map<String, Object> raw = new HashMap<>();
    raw.put("url", server.url("/fn"));
    for (int i = 0; i < pairs.length; i += 2) {
      raw.put((String) pairs[i], pairs[i + 1]);
    }
    Problems problems = new Problems();
    HttpFunctionProvider provider = new HttpFunctionProvider();
    Settings settings = provider.spec().read(raw, "$.function", problems);
    provider.check(settings, problems);
    assertThat(problems.list()).isEmpty();
    return settings;
  }

  private FunctionInvoker function(Object... pairs) {
    FunctionInvoker function =
        new HttpFunctionProvider()
            .create(new FunctionContext("orders", "acme", 4, Path.of("")), settings(pairs));
    open.add(function);
    return function;
  }

  private static InvocationResult result(CompletionStage<InvocationResult> stage) {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static InvocationResult call(FunctionInvoker function, String... payloads) {
    return result(function.invoke(FakeInvocation.texts(payloads)));
  }

  /** What a function in this mode makes of one answer to events e0, e1 and so on. */
  private InvocationResult answer(String mode, Reply reply, String... payloads) {
    server.answers(request -> reply);
    return call(function("mode", mode), payloads);
  }

  private static List<List<Event>> results(InvocationResult result) {
    return ((InvocationResult.InOrder) result)
        .outcomes().stream().map(o -> ((EventOutcome.Done) o).results()).toList();
  }

  private static String event(String id, String data) {
    return "{\"specversion\":\"1.0\",\"id\":\""
        + id
        + "\",\"source\":\"s\",\"type\":\"t\",\"data\":"
        + data
        + "}";
  }

  // ---- settings

  @Test
  void itIsFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(FunctionProvider.class))
        .anyMatch(provider -> provider instanceof HttpFunctionProvider);
    assertThat(new HttpFunctionProvider().type()).isEqualTo("http");
  }

  @Test
  void aConfigWithDefaults() {
    Settings settings = settings();
    assertThat(settings.get(HttpFunctionProvider.MODE)).isEqualTo(EventMode.BINARY);
    assertThat(settings.get(HttpFunctionProvider.ANSWER))
        .isEqualTo(HttpFunctionProvider.Answer.RESULTS);
    assertThat(settings.get(HttpFunctionProvider.MAX_ANSWER).bytes()).isEqualTo(1 << 20);
  }

  @Test
  void aConfigWithEveryKey() {
    Settings settings = settings("mode", "batched", "answer", "ignore", "maxAnswer", "2KiB");
    assertThat(settings.get(HttpFunctionProvider.MODE)).isEqualTo(EventMode.BATCHED);
    assertThat(settings.get(HttpFunctionProvider.ANSWER))
        .isEqualTo(HttpFunctionProvider.Answer.IGNORE);
    assertThat(settings.get(HttpFunctionProvider.MAX_ANSWER).bytes()).isEqualTo(2_048);
    assertThat(new HttpFunctionProvider().spec().keys()).hasSize(10);
  }

  // ---- requests

  @Test
  void oneEventARequestUnlessBatched() {
    for (String mode : List.of("binary", "structured", "plain")) {
      assertThat(function("mode", mode).maxEvents()).isEqualTo(1);
    }
    assertThat(function("mode", "batched").maxEvents()).isGreaterThan(100_000);
  }

  @Test
  void eventsAreSentInEachMode() {
    server.answers(request -> Reply.status(204));
    assertThat(call(function("mode", "binary"), "a")).isEqualTo(ALL_DONE);
    assertThat(call(function("mode", "structured"), "a")).isEqualTo(ALL_DONE);
    assertThat(call(function("mode", "plain"), "a")).isEqualTo(ALL_DONE);
    assertThat(call(function("mode", "batched"), "a", "b")).isEqualTo(ALL_DONE);

    List<Received> received = server.received();
    assertThat(received.get(0).text()).isEqualTo("a");
    assertThat(received.get(0).headers())
        .containsEntry("ce-id", "e0")
        .containsEntry("ce-source", "test://orders")
        .containsEntry("ce-partition", "3");
    assertThat(received.get(1).header("content-type")).startsWith(EVENT + ";");
    assertThat(received.get(1).text()).contains("\"id\":\"e0\"");
    assertThat(received.get(2).text()).isEqualTo("a");
    assertThat(received.get(2).headers()).doesNotContainKey("ce-id");
    assertThat(received.get(3).header("content-type")).startsWith(BATCH + ";");
    assertThat(received.get(3).text()).startsWith("[{").contains("\"id\":\"e1\"");
  }

  // ---- answers

  @ParameterizedTest
  @CsvSource({"binary", "structured", "plain", "batched"})
  void noBodyAndNullMeanHandledWithoutResults(String mode) {
    for (int status : List.of(200, 201, 202, 204)) {
      assertThat(answer(mode, Reply.status(status), "a")).isEqualTo(ALL_DONE);
    }
    Reply nothing = Reply.status(200).body("application/json; charset=utf-8", " null ");
    assertThat(answer(mode, nothing, "a")).isEqualTo(ALL_DONE);
    assertThat(answer(mode, Reply.status(200).body(BATCH, "[]"), "a")).isEqualTo(ALL_DONE);
  }

  @Test
  void anyOtherBodyIsTheResultOfTheEvent() {
    for (String body : List.of("{\"total\": 1.10}", "[]", "\"x\"", "{}", "7")) {
      InvocationResult result =
          answer("binary", Reply.status(200).body("application/json", body), "a");
      Event made = results(result).get(0).get(0);
      assertThat(made.text()).isEqualTo(body);
      assertThat(made.dataContentType()).contains("application/json");
      assertThat(made.type()).isEqualTo("order");
      assertThat(made.subject()).contains("s-e0");
      assertThat(made.source()).isEqualTo("test://orders#orders");
      assertThat(made.extensions()).containsEntry("partition", "3");
    }
    Reply bytes = new Reply(Reply.Kind.ANSWER, 200, Map.of(), new byte[] {1, 2}, Duration.ZERO);
    Event made = results(answer("plain", bytes, "a")).get(0).get(0);
    assertThat(made.data()).containsExactly(1, 2);
    assertThat(made.dataContentType()).isEmpty();
  }

  @Test
  void cloudEventsAreResultsAsTheyAre() {
    Reply structured = Reply.status(200).body(EVENT, event("x", "{\"a\": 1}"));
    Event made = results(answer("binary", structured, "a")).get(0).get(0);
    assertThat(made.source()).isEqualTo("s");
    assertThat(made.text()).isEqualTo("{\"a\": 1}");

    Reply two = Reply.status(200).body(BATCH, "[" + event("x", "1") + "," + event("y", "2") + "]");
    assertThat(results(answer("binary", two, "a")).get(0))
        .extracting(Event::text)
        .containsExactly("1", "2");

    Reply binary =
        Reply.status(200)
            .body("text/plain", "hello")
            .header("ce-specversion", "1.0")
            .header("CE-Id", "z")
            .header("ce-source", "s")
            .header("ce-type", "greeting%20card");
    assertThat(results(answer("binary", binary, "a")).get(0))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.text()).isEqualTo("hello");
              assertThat(event.type()).isEqualTo("greeting card");
              assertThat(event.dataContentType()).contains("text/plain");
            });
  }

  @Test
  void resultsOfABatchBelongToTheEventsWhoseIdsTheyHave() {
    Reply some =
        Reply.status(200)
            .body(
                BATCH,
                "[" + event("e2", "1") + "," + event("e0", "2") + "," + event("e2", "3") + "]");
    List<List<Event>> results = results(answer("batched", some, "a", "b", "c"));
    assertThat(results.get(0)).extracting(Event::text).containsExactly("2");
    assertThat(results.get(1)).isEmpty();
    assertThat(results.get(2)).extracting(Event::text).containsExactly("1", "3");

    Reply one = Reply.status(200).body(EVENT, event("e1", "1"));
    assertThat(results(answer("batched", one, "a", "b")).get(1)).hasSize(1);
  }

  @Test
  void resultsOfNobodyFailTheBatch() {
    Reply strange = Reply.status(200).body(BATCH, "[" + event("e9", "1") + "]");
    assertFailed(answer("batched", strange, "a", "b"), "BAD_RESULT", "1 ids, such as [e9]");
    Reply ok = Reply.status(200).body("text/plain", "OK");
    assertFailed(answer("batched", ok, "a", "b"), "BAD_RESULT", "set answer to ignore");
    assertFailed(answer("batched", ok, "a"), "BAD_RESULT", "set answer to ignore");
  }

  @Test
  void answersCanBeIgnored() {
    server.answers(request -> Reply.status(200).body("text/plain", "OK"));
    assertThat(call(function("mode", "batched", "answer", "ignore"), "a", "b")).isEqualTo(ALL_DONE);
  }

  private static void assertFailed(InvocationResult result, String code, String text) {
    assertThat(result)
        .isInstanceOfSatisfying(
            InvocationResult.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(code);
              assertThat(failed.text()).contains(text);
            });
  }

  private static Reply listing(String... ids) {
    List<String> items = new ArrayList<>();
    for (String id : ids) {
      items.add("{\"other\": [{}], \"itemIdentifier\": \"" + id + "\"}");
    }
    return Reply.status(200)
        .body("application/json", "{\"x\": {\"y\": 1}, \"batchItemFailures\": " + items + "}");
  }

  @Test
  void eventsThatAreListedHaveFailedAndTheOthersAreDone() {
    InvocationResult result = answer("batched", listing("e1", "e1"), "a", "b", "c");
    List<EventOutcome> outcomes = ((InvocationResult.InOrder) result).outcomes();
    assertThat(outcomes.get(0)).isEqualTo(EventOutcome.Done.EMPTY);
    assertThat(outcomes.get(1)).isInstanceOf(EventOutcome.Retry.class);
    assertThat(outcomes.get(2)).isEqualTo(EventOutcome.Done.EMPTY);
    assertThat(((InvocationResult.InOrder) answer("binary", listing("e0"), "a")).outcomes())
        .singleElement()
        .isInstanceOf(EventOutcome.Retry.class);
  }

  @Test
  void anEmptyListMeansSuccess() {
    assertThat(answer("batched", listing(), "a", "b")).isEqualTo(ALL_DONE);
    Reply none = Reply.status(200).body("application/json", "{\"batchItemFailures\":null}");
    assertThat(answer("batched", none, "a", "b")).isEqualTo(ALL_DONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"e9\"}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":null}]}",
        "{\"batchItemFailures\":[{\"id\":\"e0\"}]}",
        "{\"batchItemFailures\":[\"e0\"]}",
        "{\"batchItemFailures\":\"e0\"}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"e0\"}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"e0\"}]} x"
      })
  void aListThatMakesNoSenseFailsTheBatch(String body) {
    for (String mode : List.of("batched", "binary")) {
      assertThat(answer(mode, Reply.status(200).body("application/json", body), "a"))
          .as(mode)
          .isInstanceOf(InvocationResult.Failed.class);
    }
  }

  @Test
  void garbageFailsTheBatch() {
    assertFailed(
        answer("binary", Reply.status(200).body(EVENT, "{]"), "a"), "BAD_RESULT", "not JSON");
    assertFailed(
        answer("binary", Reply.status(200).body("application/json", "<html>"), "a"),
        "BAD_RESULT",
        "is not");
    assertFailed(
        answer("binary", Reply.status(200).body(EVENT, "{}"), "a"), "BAD_RESULT", "specversion");
  }

  @Test
  void anAnswerBeyondTheLimitIsAFailure() {
    server.answers(request -> Reply.status(200).body("text/plain", "x".repeat(2_000)));
    assertFailed(call(function("maxAnswer", "1KiB"), "a"), "HTTP_ANSWER_TOO_LARGE", "1024 bytes");
  }

  // ---- failures

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void overloadIsAThrottle(int status) {
    assertThat(answer("batched", Reply.status(status).header("retry-after", "4"), "a", "b"))
        .isInstanceOfSatisfying(
            InvocationResult.Throttled.class,
            throttled -> assertThat(throttled.retryAfter()).isEqualTo(Duration.ofSeconds(4)));
    assertThat(answer("binary", Reply.status(status), "a"))
        .isInstanceOfSatisfying(
            InvocationResult.Throttled.class,
            throttled -> assertThat(throttled.retryAfter()).isZero());
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 500, 502, 504})
  void aFailureThatMayPassFailsTheBatch(int status) {
    assertFailed(answer("batched", Reply.status(status), "a", "b"), "HTTP_" + status, "answered");
    assertFailed(answer("binary", Reply.status(status), "a"), "HTTP_" + status, "answered");
  }

  @Test
  void aRefusalIsOfTheEventIfThereIsOne() {
    assertThat(answer("binary", Reply.status(422).body("text/plain", "no total"), "a"))
        .isEqualTo(
            new InvocationResult.InOrder(
                List.of(
                    new EventOutcome.Reject(
                        "HTTP_422",
                        "http://localhost:" + server.port() + " answered 422: no total"))));
    assertFailed(answer("batched", Reply.status(422), "a", "b"), "HTTP_422", "answered");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 405, 410})
  void aRefusalThatIsTheEndpointsIsOfEveryEvent(int status) {
    InvocationResult result = answer("batched", Reply.status(status), "a", "b");
    assertThat(((InvocationResult.InOrder) result).outcomes())
        .hasSize(2)
        .allMatch(outcome -> outcome instanceof EventOutcome.Reject);
  }

  @Test
  void aServerThatCantBeReachedFailsEachEventAndSplitsNoBatch() {
    server.goDown();
    try {
      InvocationResult result = call(function("mode", "batched"), "a", "b");
      assertThat(((InvocationResult.InOrder) result).outcomes())
          .hasSize(2)
          .allSatisfy(
              outcome ->
                  assertThat(outcome)
                      .isInstanceOfSatisfying(
                          EventOutcome.Retry.class,
                          retry -> assertThat(retry.code()).isEqualTo("HTTP_CONNECT")));
    } finally {
      server.goUp();
    }
  }

  @Test
  void aCancelFreesTheSlotAtOnce() {
    server.answers(request -> Reply.of(Reply.Kind.HANG));
    FunctionInvoker function = function();
    FakeInvocation invocation = FakeInvocation.texts("a");
    CompletionStage<InvocationResult> stage = function.invoke(invocation);
    await().until(() -> server.received().size() == 1);
    int connections = server.openConnections();

    invocation.cancel();

    assertThat(result(stage)).isInstanceOf(InvocationResult.InOrder.class);
    await().until(() -> server.openConnections() < connections);
  }

  @Test
  void manyCallsAtATimeAndNoneIsLost() {
    server.answers(
        request -> Reply.status(200).body("text/plain", request.text().toUpperCase(Locale.ROOT)));
    FunctionInvoker function = function();
    List<CompletionStage<InvocationResult>> stages = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      stages.add(function.invoke(FakeInvocation.texts("n" + i)));
    }
    List<String> made = new ArrayList<>();
    stages.forEach(stage -> made.add(results(result(stage)).get(0).get(0).text()));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      expected.add("N" + i);
    }
    assertThat(made).isEqualTo(expected);
  }
}
