package io.penstock.httpclient;

import static io.penstock.httpclient.Callers.await;
import static io.penstock.httpclient.Callers.call;
import static io.penstock.httpclient.Callers.ignoring;
import static io.penstock.httpclient.Callers.reading;
import static io.penstock.httpclient.Callers.send;
import static io.penstock.httpclient.Callers.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.testkit.http.HttpPeer;
import io.penstock.testkit.http.RawPeer;
import io.penstock.testkit.http.Received;
import io.penstock.testkit.http.Reply;
import io.penstock.testkit.http.Reply.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller and a server that answers, or doesn't. */
class HttpCallerTest {

  private static HttpPeer server;

  private final List<HttpCaller> open = new ArrayList<>();

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
    open.forEach(HttpCaller::close);
    server.forget();
  }

  private HttpCaller opened(HttpCaller caller) {
    open.add(caller);
    return caller;
  }

  private HttpResult answerTo(Reply reply) {
    server.answers(request -> reply);
    return call(opened(reading(server.url("/hook"))), "hello");
  }

  @Test
  void sendsThePathTheHeadersAndTheBody() {
    server.answers(request -> Reply.status(201).body("text/plain", "thanks").header("X-A", "b"));
    HttpCaller caller =
        opened(reading(server.url("/a/b?c=d%20e"), "headers", Map.of("X-Team", "billing")));

    HttpResult.Accepted accepted = (HttpResult.Accepted) call(caller, "hello");

    assertThat(text(accepted)).isEqualTo("201 thanks");
    assertThat(accepted.headers().get("Content-Type")).isEqualTo("text/plain");
    List<String> names = new ArrayList<>();
    accepted.headers().forEach((name, value) -> names.add(name + "=" + value));
    assertThat(names).contains("x-a=b");
    Received received = server.received().get(0);
    assertThat(received.method()).isEqualTo("POST");
    assertThat(received.uri()).isEqualTo("/a/b?c=d%20e");
    assertThat(received.text()).isEqualTo("hello");
    assertThat(received.headers())
        .containsEntry("x-team", "billing")
        .containsEntry("content-type", "text/plain")
        .containsEntry("content-length", "5")
        .containsEntry("user-agent", "penstock")
        .containsEntry("host", "localhost:" + server.port());
  }

  @Test
  void keepsConnectionsAndMakesNoMoreThanItMay() {
    server.answers(request -> Reply.status(200).after(Duration.ofMillis(2)));
    HttpCaller caller = opened(reading(server.url("/")));
    int before = server.connections();
    List<HttpCall> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      calls.add(send(caller, "n" + i, Callers.TIMEOUT));
    }
    calls.forEach(one -> assertThat(await(one)).isInstanceOf(HttpResult.Accepted.class));
    assertThat(server.received()).hasSize(200);
    assertThat(server.connections() - before).isBetween(1, 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 299})
  void acceptsEvery2xx(int status) {
    assertThat(answerTo(Reply.status(status))).isInstanceOf(HttpResult.Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 500, 501, 502, 504, 599, 600, 999})
  void takesForPassingWhatMayPass(int status) {
    assertThat(answerTo(Reply.status(status).body("text/plain", "oh\n no")))
        .isEqualTo(
            new HttpResult.Failed(
                HttpResult.Cause.EXCHANGE,
                "HTTP_" + status,
                "http://localhost:" + server.port() + " answered " + status + ": oh no"));
  }

  @ParameterizedTest
  @CsvSource({"401,ENDPOINT", "403,ENDPOINT", "404,ENDPOINT", "405,ENDPOINT", "410,ENDPOINT"})
  @CsvSource({"400,CONTENT", "409,CONTENT", "413,CONTENT", "415,CONTENT", "422,CONTENT"})
  @CsvSource({"303,ENDPOINT", "304,ENDPOINT", "300,ENDPOINT"})
  void takesForFinalWhatIsFinal(int status, HttpResult.Fault fault) {
    assertThat(answerTo(Reply.status(status)))
        .isInstanceOfSatisfying(
            HttpResult.Refused.class,
            refused -> {
              assertThat(refused.fault()).isEqualTo(fault);
              assertThat(refused.code()).isEqualTo("HTTP_" + status);
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void takesForOverloadWhatIsOverload(int status) {
    assertThat(answerTo(Reply.status(status).header("Retry-After", "7")))
        .isInstanceOfSatisfying(
            HttpResult.Overloaded.class,
            overloaded -> {
              assertThat(overloaded.status()).isEqualTo(status);
              assertThat(overloaded.retryAfter()).contains(Duration.ofSeconds(7));
            });
    assertThat(answerTo(Reply.status(status)))
        .isInstanceOfSatisfying(
            HttpResult.Overloaded.class,
            overloaded -> assertThat(overloaded.retryAfter()).isEqualTo(Optional.empty()));
  }

  @Test
  void givesUpWhenTheServerHangsAndFreesTheConnection() {
    server.answers(request -> Reply.of(Kind.HANG));
    HttpCaller caller = opened(reading(server.url("/hook")));
    int openBefore = server.openConnections();

    HttpResult result = await(send(caller, "hello", Duration.ofMillis(200)));

    assertThat(text(result))
        .isEqualTo(
            "HTTP_TIMEOUT http://localhost:" + server.port() + " did not answer within 200 ms");
    await().until(() -> server.openConnections() <= openBefore);
    server.answers(request -> Reply.status(200));
    for (int i = 0; i < 10; i++) {
      assertThat(call(caller, "again")).isInstanceOf(HttpResult.Accepted.class);
    }
  }

  @Test
  void aTimeoutWhileWaitingForAConnectionEndsTheCallToo() {
    server.answers(request -> Reply.of(Kind.HANG));
    HttpCaller caller = opened(reading(server.url("/hook")));
    List<HttpCall> calls = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      calls.add(send(caller, "n" + i, Duration.ofMillis(300)));
    }
    calls.forEach(one -> assertThat(text(await(one))).startsWith("HTTP_TIMEOUT"));
    server.answers(request -> Reply.status(200));
    assertThat(call(caller, "again")).isInstanceOf(HttpResult.Accepted.class);
  }

  @Test
  void aCancelEndsACallAndBreaksTheConnection() {
    server.answers(request -> Reply.of(Kind.HANG));
    HttpCaller caller = opened(reading(server.url("/hook")));
    HttpCall hanging = send(caller, "hello", Duration.ofMinutes(1));
    await().until(() -> !server.received().isEmpty());
    int open = server.openConnections();

    hanging.cancel();

    assertThat(text(Callers.await(hanging))).startsWith("HTTP_CANCELLED");
    await().until(() -> server.openConnections() < open);
    hanging.cancel(); // a second one has nothing to do
  }

  @Test
  void closingEndsEveryCall() {
    server.answers(request -> Reply.of(Kind.HANG));
    HttpCaller caller = opened(reading(server.url("/hook")));
    List<HttpCall> calls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      calls.add(send(caller, "n" + i, Duration.ofMinutes(1)));
    }
    await().until(() -> server.received().size() == 4);

    caller.close();

    calls.forEach(one -> assertThat(text(await(one))).startsWith("HTTP_CANCELLED"));
    assertThat(text(call(caller, "too late"))).startsWith("HTTP_CANCELLED");
    caller.close();
  }

  @ParameterizedTest
  @CsvSource({"RESET", "HALF"})
  void aConnectionThatBreaksIsAFailureThatMayPass(Kind kind) {
    assertThat(answerTo(Reply.of(kind).body("text/plain", "half")))
        .isInstanceOfSatisfying(
            HttpResult.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo("HTTP_IO");
              assertThat(failed.cause()).isEqualTo(HttpResult.Cause.EXCHANGE);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0016\u0003 no HTTP at all\r\n\r\n",
        "HTTP/1.1 \r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: -7\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\n",
        "HTTP/1.1 200 OK\r\nx: 1\r\n\u0000: 2\r\n\r\n",
        ""
      })
  void garbageIsAFailureThatMayPass(String garbage) {
    try (RawPeer peer = RawPeer.start(garbage)) {
      assertThat(text(call(opened(reading(peer.url("/hook"))), "x"))).startsWith("HTTP_IO");
    }
  }

  @Test
  void headersWithoutEndAreCutOff() {
    try (RawPeer peer = RawPeer.start("HTTP/1.1 200 OK\r\nx: " + "y".repeat(1 << 20))) {
      assertThat(text(call(opened(reading(peer.url("/hook"))), "x"))).startsWith("HTTP_IO");
    }
  }

  @Test
  void anAnswerThatStallsEndsWithTheTimeout() {
    server.answers(request -> Reply.of(Kind.STALL).body("text/plain", "half"));
    HttpCaller caller = opened(reading(server.url("/hook")));
    assertThat(text(await(send(caller, "hello", Duration.ofMillis(200)))))
        .startsWith("HTTP_TIMEOUT");
  }

  @Test
  void nobodyListening() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    HttpResult result = call(opened(reading("http://localhost:" + port + "/secret-path")), "x");
    assertThat(result)
        .isInstanceOfSatisfying(
            HttpResult.Failed.class,
            failed -> assertThat(failed.cause()).isEqualTo(HttpResult.Cause.CONNECTION));
    assertThat(text(result))
        .startsWith("HTTP_CONNECT no connection to http://localhost:" + port + ": ")
        .doesNotContain("secret-path");
  }

  @Test
  void anUnknownHost() {
    assertThat(text(call(opened(reading("http://no-such-host.invalid/")), "x")))
        .startsWith("HTTP_CONNECT no connection to http://no-such-host.invalid:80: ");
  }

  @Test
  void anAnswerWithoutEndIsCutOff() {
    assertThat(text(answerTo(Reply.of(Kind.ENDLESS))))
        .isEqualTo(
            "HTTP_ANSWER_TOO_LARGE the answer of http://localhost:"
                + server.port()
                + " is larger than 100000 bytes");
  }

  @Test
  void whereAnswersDontMatterTheStatusIsEnough() {
    HttpCaller caller = opened(ignoring(server.url("/hook")));
    for (Kind kind : List.of(Kind.ENDLESS, Kind.HALF)) {
      server.answers(request -> Reply.of(kind).body("text/plain", "half"));
      assertThat(call(caller, "x"))
          .isInstanceOfSatisfying(
              HttpResult.Accepted.class, accepted -> assertThat(accepted.body()).isEmpty());
    }
  }

  @Test
  void anErrorWithoutEndIsCutOffToo() {
    server.answers(request -> new Reply(Kind.ENDLESS, 400, Map.of(), new byte[0], Duration.ZERO));
    assertThat(text(call(opened(reading(server.url("/hook"))), "x"))).startsWith("HTTP_400");
  }

  @Test
  void whatAServerSaysIsCutToALine() {
    String result =
        text(
            answerTo(
                Reply.status(400).body("text/html", "<p>\n\t bad \u0007" + "x".repeat(5_000))));
    assertThat(result).hasSizeLessThan(400).contains(": <p> bad xxx").endsWith("...");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void followsARedirectOnTheSameServerWithTheSameRequest(int status) {
    server.answers(
        request ->
            request.uri().equals("/old")
                ? Reply.status(status).header("location", "/new?x=1").body("text/plain", "there")
                : Reply.status(200));
    HttpCaller caller =
        opened(
            reading(
                server.url("/old"),
                "auth",
                Map.of("type", "bearer", "token", "token-of-the-test")));
    assertThat(call(caller, "hello")).isInstanceOf(HttpResult.Accepted.class);
    assertThat(server.received()).extracting(Received::uri).containsExactly("/old", "/new?x=1");
    assertThat(server.received())
        .allSatisfy(
            request -> {
              assertThat(request.method()).isEqualTo("POST");
              assertThat(request.text()).isEqualTo("hello");
              assertThat(request.header("authorization")).isEqualTo("Bearer token-of-the-test");
            });
  }

  @Test
  void followsARedirectWithALongPageOnce() {
    String page = "x".repeat(1 << 20);
    server.answers(
        request ->
            request.uri().equals("/old")
                ? Reply.status(307).header("location", "/new").body("text/html", page)
                : Reply.status(200).after(Duration.ofMillis(20)));
    HttpCaller caller = opened(reading(server.url("/old")));
    for (int i = 0; i < 10; i++) {
      assertThat(call(caller, "hello")).isInstanceOf(HttpResult.Accepted.class);
    }
    assertThat(server.received()).extracting(Received::uri).filteredOn("/new"::equals).hasSize(10);
  }

  @Test
  void followsNoRedirectToAnotherServer() {
    AtomicInteger strangers = new AtomicInteger();
    try (HttpPeer other =
        HttpPeer.start(
            request -> {
              strangers.incrementAndGet();
              return Reply.status(200);
            })) {
      for (String location : List.of(other.url("/x"), "http://127.0.0.1:" + server.port() + "/")) {
        String result = text(answerTo(Reply.status(307).header("location", location)));
        assertThat(result)
            .startsWith("HTTP_REDIRECT http://localhost:" + server.port() + " answered 307, which")
            .contains("is not followed");
      }
    }
    assertThat(strangers).hasValue(0);
  }

  @Test
  void followsNoRedirectInACircleOrToNowhere() {
    assertThat(text(answerTo(Reply.status(302).header("location", "/hook")))).contains("circle");
    assertThat(server.received()).hasSize(4);
    assertThat(text(answerTo(Reply.status(302)))).contains("and not where to go");
    assertThat(text(answerTo(Reply.status(302).header("location", "ftp://x/")))).contains("302");
  }

  @Test
  void aRequestThatCantBeMadeIsRefused() {
    HttpCaller caller = opened(reading(server.url("/")));
    HttpCall call =
        caller.send(
            () -> {
              throw new IllegalArgumentException("no");
            },
            Callers.TIMEOUT);
    assertThat(text(await(call)))
        .startsWith("HTTP_REQUEST")
        .contains("IllegalArgumentException: no");
    HttpCall lineBreak =
        caller.send(
            () -> new OutgoingRequest(new RequestHeaders().add("x-a", "b\r\nc: d"), new byte[0]),
            Callers.TIMEOUT);
    assertThat(text(await(lineBreak))).startsWith("HTTP_REQUEST");
    assertThat(call(caller, "and goes on")).isInstanceOf(HttpResult.Accepted.class);
  }

  @Test
  void aServerThatHangsHoldsUpNoOther() {
    try (HttpPeer good = HttpPeer.start(request -> Reply.status(200))) {
      server.answers(request -> Reply.of(Kind.HANG));
      HttpCaller stuck = opened(reading(server.url("/")));
      for (int i = 0; i < 50; i++) {
        send(stuck, "n" + i, Duration.ofMinutes(1));
      }
      HttpCaller other = opened(reading(good.url("/")));
      for (int i = 0; i < 100; i++) {
        assertThat(call(other, "x")).isInstanceOf(HttpResult.Accepted.class);
      }
    }
  }

  @Test
  void privateAddressesAreRefusedWhereTheyAreConnectedTo() {
    HttpCaller caller = opened(reading(server.url("/hook"), "privateAddresses", "refuse"));
    assertThat(text(call(caller, "x")))
        .isEqualTo(
            "HTTP_ADDRESS http://localhost:"
                + server.port()
                + " is at 127.0.0.1, a loopback address, and privateAddresses refuses those;"
                + " nothing was sent");
    assertThat(server.received()).isEmpty();
  }

  @Test
  void addressesThatAreRefusedKeepNoConnection() {
    HttpCaller caller = opened(reading(server.url("/hook"), "privateAddresses", "refuse"));
    for (int i = 0; i < 20; i++) {
      assertThat(text(call(caller, "x"))).startsWith("HTTP_ADDRESS");
    }
    assertThat(server.received()).isEmpty();
  }
}
