package io.penstock.sink.webhook;

import static io.penstock.sink.webhook.Sinks.deliver;
import static io.penstock.sink.webhook.Sinks.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.penstock.connector.Failpoints;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.testkit.http.HttpPeer;
import io.penstock.testkit.http.Received;
import io.penstock.testkit.http.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What a sink makes of a receiver's answers. */
class WebhookSinkTest {

  private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
  private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);

  private static HttpPeer server;

  private final List<Sink> open = new ArrayList<>();

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
    open.forEach(Sink::close);
    server.forget();
  }

  private Sink sink(Object... more) {
    Sink sink = Sinks.open(server.url("/hook"), more);
    open.add(sink);
    return sink;
  }

  private List<SinkOutcome> answer(Reply reply, Object... more) {
    server.answers(request -> reply);
    return deliver(sink(more), "a");
  }

  private static List<String> texts(List<SinkOutcome> outcomes) {
    return outcomes.stream().map(Sinks::text).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204})
  void every2xxIsDelivered(int status) {
    assertThat(answer(Reply.status(status).body("text/plain", "whatever")))
        .containsExactly(SinkOutcome.Delivered.INSTANCE);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 500, 502, 503, 504})
  void whatMayPassIsTriedAgain(int status) {
    assertThat(answer(Reply.status(status).body("text/plain", "oh no")))
        .containsExactly(
            new SinkOutcome.Retry(
                Duration.ZERO,
                "http://localhost:" + server.port() + " answered " + status + ": oh no"));
  }

  @Test
  void overloadIsAThrottleForAsLongAsTheReceiverAsks() {
    assertThat(answer(Reply.status(429)).get(0))
        .isInstanceOfSatisfying(
            SinkOutcome.Throttled.class, throttled -> assertThat(throttled.after()).isZero());
    for (int status : List.of(429, 503)) {
      assertThat(answer(Reply.status(status).header("retry-after", "5")).get(0))
          .isInstanceOfSatisfying(
              SinkOutcome.Throttled.class,
              throttled -> assertThat(throttled.after()).isEqualTo(Duration.ofSeconds(5)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 409, 410, 413, 422, 303})
  void whatIsFinalIsRefused(int status) {
    assertThat(answer(Reply.status(status).body("text/plain", "because")))
        .containsExactly(
            new SinkOutcome.Reject(
                "http://localhost:" + server.port() + " answered " + status + ": because"));
  }

  @Test
  void aRedirectToAnotherHostIsRefused() {
    assertThat(text(answer(Reply.status(307).header("location", "http://127.0.0.1:1/")).get(0)))
        .startsWith("reject")
        .contains("which leads to http://127.0.0.1:1 and is not followed");
  }

  @Test
  void privateAddressesAreRefusedIfTheFileSaysSo() {
    assertThat(text(answer(Reply.status(200), "privateAddresses", "refuse").get(0)))
        .startsWith("reject")
        .contains("a loopback address");
    assertThat(server.received()).isEmpty();
  }

  @Test
  void aReceiverThatIsAwayOrSilentIsTriedAgain() {
    assertThat(text(answer(Reply.of(Reply.Kind.HANG), "timeout", "200ms").get(0)))
        .startsWith("retry")
        .contains("did not answer within 200 ms");
    assertThat(text(answer(Reply.of(Reply.Kind.RESET)).get(0))).startsWith("retry");
    server.goDown();
    try {
      // A connection of before may be found broken first.
      await()
          .untilAsserted(
              () ->
                  assertThat(text(deliver(sink(), "a").get(0))).startsWith("retry no connection"));
    } finally {
      server.goUp();
    }
  }

  @Test
  void afterAFailureTheRestOfTheCallIsNotTried() {
    server.answers(request -> Reply.status(request.text().equals("bad") ? 500 : 200));
    List<String> outcomes = texts(deliver(sink(), "a", "bad", "c", "d"));
    assertThat(outcomes.get(0)).isEqualTo("delivered");
    assertThat(outcomes.get(1)).startsWith("retry");
    assertThat(outcomes.subList(2, 4)).containsOnly("not tried");
  }

  @Test
  void aRefusedEventHoldsUpNothing() {
    server.answers(request -> Reply.status(request.text().equals("bad") ? 422 : 200));
    List<String> outcomes = texts(deliver(sink(), "a", "bad", "c"));
    assertThat(outcomes.get(1)).startsWith("reject");
    assertThat(outcomes).filteredOn("delivered"::equals).hasSize(2);
  }

  // ---- batches

  @Test
  void aBatchIsHalvedUntilWhatIsRefusedIsAlone() {
    List<String> taken = new ArrayList<>();
    server.answers(
        request -> {
          if (request.text().contains("bad")) {
            return Reply.status(400);
          }
          taken.add(request.text());
          return Reply.status(200);
        });
    String[] texts = new String[100];
    for (int i = 0; i < 100; i++) {
      texts[i] = i == 17 || i == 71 ? "bad" : "good";
    }
    List<String> outcomes = texts(deliver(sink("mode", "batched"), texts));
    assertThat(outcomes).filteredOn("delivered"::equals).hasSize(98);
    assertThat(outcomes.get(17)).startsWith("reject");
    assertThat(outcomes.get(71)).startsWith("reject");
    assertThat(server.received()).hasSizeLessThan(40);
    assertThat(String.join("", taken)).doesNotContain("bad");
  }

  @Test
  void aBatchIsNotHalvedForAnEndpointThatIsWrong() {
    for (int status : List.of(401, 404)) {
      server.forget();
      server.answers(request -> Reply.status(status));
      assertThat(texts(deliver(sink("mode", "batched"), "a", "b", "c", "d")))
          .hasSize(4)
          .allMatch(outcome -> outcome.startsWith("reject"));
      assertThat(server.received()).hasSize(1);
    }
  }

  @Test
  void moreEventsThanARequestTakesAreSeveralRequests() {
    server.answers(request -> Reply.status(200));
    assertThat(deliver(sink("mode", "batched", "maxEvents", 2L), "a", "b", "c"))
        .containsOnly(SinkOutcome.Delivered.INSTANCE);
    assertThat(server.received()).hasSize(2);
  }

  @Test
  void aBatchHasTheSameIdWhenItIsSentAgain() {
    server.answers(request -> Reply.status(500));
    Sink sink = sink("mode", "batched");
    deliver(sink, "a", "b");
    deliver(sink, "a", "b");
    assertThat(server.received())
        .extracting(request -> request.header("webhook-id"))
        .allMatch(id -> id.startsWith("batch-"))
        .satisfies(ids -> assertThat(ids.get(0)).isEqualTo(ids.get(1)));
  }

  // ---- signatures

  @Test
  void signsWhatItSends() throws Exception {
    server.answers(request -> Reply.status(200));
    deliver(sink("secret", SECRET), "hello");
    Received request = server.received().get(0);
    assertThat(request.header("webhook-id")).isEqualTo("0");
    long timestamp = Long.parseLong(request.header("webhook-timestamp"));
    assertThat(Instant.ofEpochSecond(timestamp))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
    String expected =
        Base64.getEncoder()
            .encodeToString(mac.doFinal(("0." + timestamp + ".hello").getBytes(UTF_8)));
    assertThat(request.header("webhook-signature")).isEqualTo("v1," + expected);
  }

  @Test
  void withoutASecretThereIsAnIdAndNoSignature() {
    server.answers(request -> Reply.status(200));
    deliver(sink(), "hello");
    assertThat(server.received().get(0).headers())
        .containsEntry("webhook-id", "0")
        .doesNotContainKeys("webhook-signature", "webhook-timestamp");
  }

  @Test
  void theSigningSecretIsNowhereToBeFound() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level before = root.getLevel();
    root.setLevel(Level.DEBUG);
    log.start();
    root.addAppender(log);
    try {
      server.answers(
          request ->
              Reply.status(request.text().equals("bad") ? 400 : 500)
                  .body("text/plain", request.headers() + request.text()));
      List<String> said =
          new ArrayList<>(
              texts(
                  deliver(
                      sink("secret", SECRET, "headers", Map.of("x-a", "header-secret")), "bad")));
      said.addAll(texts(deliver(sink("secret", SECRET), "worse")));
      log.list.forEach(line -> said.add(line.getFormattedMessage()));
      assertThat(said)
          .hasSizeGreaterThanOrEqualTo(2)
          .allSatisfy(
              line ->
                  assertThat(line).doesNotContain(SECRET, SECRET.substring(6), "header-secret"));
    } finally {
      root.detachAppender(log);
      root.setLevel(before);
    }
  }

  // ---- bounds

  @Test
  void noMoreBytesAreUnderWayThanTheEngineAllows() throws InterruptedException {
    server.answers(request -> Reply.of(Reply.Kind.HANG));
    Sink sink = Sinks.sink(server.url("/hook"), "timeout", "1m");
    sink.open(new SinkContext("test", 2_500, Failpoints.NONE));
    List<SinkRecord> record = List.of(Sinks.record("1", "x".repeat(1_000)));
    List<CompletionStage<List<SinkOutcome>>> calls = new ArrayList<>();
    Thread delivering =
        new Thread(
            () -> {
              for (int i = 0; i < 2; i++) {
                calls.add(sink.deliver(record));
              }
              try {
                sink.deliver(record);
              } catch (IllegalStateException closed) {
                calls.clear();
              }
            });
    delivering.start();
    await().until(() -> server.received().size() == 2);
    await().until(() -> delivering.getState() == Thread.State.WAITING);
    assertThat(server.received()).hasSize(2);

    sink.close();
    delivering.join(10_000);
    assertThat(calls).as("the third was refused").isEmpty();
  }

  @Test
  void aCallLargerThanTheBoundGoesAlone() {
    server.answers(request -> Reply.status(200));
    Sink sink = Sinks.sink(server.url("/hook"));
    open.add(sink);
    sink.open(new SinkContext("test", 10, Failpoints.NONE));
    for (int i = 0; i < 3; i++) {
      assertThat(deliver(sink, "x".repeat(1_000))).containsOnly(SinkOutcome.Delivered.INSTANCE);
    }
  }

  @Test
  void deliversOnlyWhileItIsOpen() {
    Sink sink = Sinks.sink(server.url("/hook"));
    assertThatThrownBy(() -> sink.deliver(Sinks.records("a")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closingAnswersWhatIsUnderWay() {
    server.answers(request -> Reply.of(Reply.Kind.HANG));
    Sink sink = Sinks.open(server.url("/hook"), "timeout", "1m");
    AtomicReference<CompletionStage<List<SinkOutcome>>> call = new AtomicReference<>();
    call.set(sink.deliver(Sinks.records("a", "b")));
    await().until(() -> server.received().size() == 1);
    sink.close();
    assertThat(texts(Sinks.await(call.get())).get(0)).startsWith("retry").contains("cancelled");
  }
}
