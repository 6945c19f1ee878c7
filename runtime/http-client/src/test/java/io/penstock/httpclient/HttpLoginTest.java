package io.penstock.httpclient;

import static io.penstock.httpclient.Callers.call;
import static io.penstock.httpclient.Callers.reading;
import static io.penstock.httpclient.Callers.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.testkit.http.HttpPeer;
import io.penstock.testkit.http.Received;
import io.penstock.testkit.http.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Logging in, by everything there is, also at a server whose tokens run out. */
class HttpLoginTest {

  private static HttpPeer server;

  private final List<HttpCaller> open = new ArrayList<>();
  private final AtomicInteger issued = new AtomicInteger();
  private final Set<String> valid = ConcurrentHashMap.newKeySet();

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

  private HttpCaller with(Map<String, Object> auth) {
    HttpCaller caller =
        reading(server.url("/hook"), "auth", auth, "headers", Map.of("X-Team", "billing"));
    open.add(caller);
    return caller;
  }

  private String authorization(Map<String, Object> auth) {
    server.answers(request -> Reply.status(200));
    call(with(auth), "x");
    return server.received().get(0).header("authorization");
  }

  @Test
  void basic() {
    assertThat(authorization(Map.of("type", "basic", "username", "Aladdin", "password", "öpen:x")))
        .isEqualTo("Basic QWxhZGRpbjrDtnBlbjp4");
  }

  @Test
  void bearer() {
    assertThat(authorization(Map.of("type", "bearer", "token", "abc"))).isEqualTo("Bearer abc");
  }

  @Test
  void apiKey() {
    authorization(Map.of("type", "apiKey", "header", "X-API-Key", "value", "k-1"));
    assertThat(server.received().get(0).header("x-api-key")).isEqualTo("k-1");
  }

  private Map<String, Object> client(Object... more) {
    Map<String, Object> auth = new HashMap<>();
    auth.put("type", "oauth2");
    auth.put("tokenUrl", server.url("/token"));
    auth.put("clientId", "id:1");
    auth.put("clientSecret", "secret of the client");
    for (int i = 0; i < more.length; i += 2) {
      auth.put((String) more[i], more[i + 1]);
    }
    return auth;
  }

  /** Issues tokens t1, t2 and so on, and takes those that are valid. */
  private Reply tokenServer(Received request, String lifetime) {
    if (request.uri().equals("/token")) {
      String token = "token-" + issued.incrementAndGet();
      valid.add(token);
      return Reply.status(200)
          .body(
              "application/json",
              "{\"token_type\":\"Bearer\",\"access_token\":\""
                  + token
                  + "\",\"scope\":[\"a\"]"
                  + lifetime
                  + "}")
          .after(Duration.ofMillis(20));
    }
    String header = request.header("authorization");
    return Reply.status(
        header.startsWith("Bearer ") && valid.contains(header.substring(7)) ? 200 : 401);
  }

  private static List<Received> to(String uri) {
    return server.received().stream().filter(r -> r.uri().equals(uri)).toList();
  }

  @Test
  void aTokenIsFetchedOnceForManyCallsAndKept() {
    server.answers(request -> tokenServer(request, ",\"expires_in\":3600"));
    HttpCaller caller =
        with(client("scopes", List.of("read", "write"), "parameters", Map.of("audience", "a b")));
    List<HttpCall> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(Callers.send(caller, "n" + i, Callers.TIMEOUT));
    }
    calls.forEach(one -> assertThat(text(Callers.await(one))).isEqualTo("200 "));
    assertThat(text(call(caller, "later"))).isEqualTo("200 ");

    assertThat(to("/token")).hasSize(1);
    Received asked = to("/token").get(0);
    assertThat(asked.header("content-type")).isEqualTo("application/x-www-form-urlencoded");
    assertThat(asked.headers()).doesNotContainKey("x-team");
    assertThat(asked.header("authorization")) // id%3A1:secret+of+the+client
        .isEqualTo("Basic aWQlM0ExOnNlY3JldCtvZit0aGUrY2xpZW50");
    assertThat(Callers.fields(asked.text()))
        .containsExactlyInAnyOrder(
            "grant_type=client_credentials", "scope=read+write", "audience=a+b");
  }

  @Test
  void theClientsSecretCanStandInTheBody() {
    server.answers(request -> tokenServer(request, ""));
    assertThat(text(call(with(client("clientAuth", "body")), "x"))).isEqualTo("200 ");
    Received asked = to("/token").get(0);
    assertThat(asked.headers()).doesNotContainKey("authorization");
    assertThat(Callers.fields(asked.text()))
        .contains("client_id=id%3A1", "client_secret=secret+of+the+client");
  }

  @Test
  void aTokenThatIsRefusedIsRenewedOnceForAllThatHadIt() {
    server.answers(request -> tokenServer(request, ",\"expires_in\":\"3600\""));
    HttpCaller caller = with(client());
    assertThat(text(call(caller, "x"))).isEqualTo("200 ");
    valid.clear();
    server.forget();

    List<HttpCall> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(Callers.send(caller, "n" + i, Callers.TIMEOUT));
    }
    calls.forEach(one -> assertThat(text(Callers.await(one))).isEqualTo("200 "));
    assertThat(to("/token")).hasSize(1);
  }

  @Test
  void aServerThatRefusesEveryTokenIsAskedTwice() {
    server.answers(
        request -> request.uri().equals("/token") ? tokenServer(request, "") : Reply.status(401));
    assertThat(text(call(with(client()), "x"))).startsWith("HTTP_401");
    assertThat(to("/hook")).hasSize(2);
    assertThat(to("/token")).hasSize(2);
  }

  @Test
  void aTokenThatIsRefusedWithALongPageIsRenewedToo() {
    String page = "x".repeat(1 << 20);
    server.answers(
        request -> {
          Reply reply = tokenServer(request, "");
          return reply.status() == 401 ? reply.body("text/html", page) : reply;
        });
    HttpCaller caller = with(client());
    for (int i = 0; i < 5; i++) {
      valid.clear();
      assertThat(text(call(caller, "x"))).isEqualTo("200 ");
    }
    assertThat(to("/token")).hasSize(5);
    assertThat(to("/hook")).hasSize(9);
  }

  @Test
  void aTokenOfWhichNoLifetimeIsToldIsKept() {
    server.answers(request -> tokenServer(request, ",\"expires_in\":null"));
    HttpCaller caller = with(client());
    for (int i = 0; i < 5; i++) {
      assertThat(text(call(caller, "x"))).isEqualTo("200 ");
    }
    assertThat(to("/token")).hasSize(1);
  }

  @Test
  void tokensThatLiveForNoTimeAreFetchedEachTime() {
    server.answers(request -> tokenServer(request, ",\"expires_in\":0"));
    HttpCaller caller = with(client());
    for (int i = 0; i < 5; i++) {
      assertThat(text(call(caller, "x"))).isEqualTo("200 ");
    }
    assertThat(to("/token")).hasSize(5);
  }

  @Test
  void aTokenEndpointThatRefusesRefusesNoEvent() {
    server.answers(
        request -> Reply.status(401).body("application/json", "{\"error\":\"invalid_client\"}"));
    HttpResult result = call(with(client()), "x");
    assertThat(result).isInstanceOf(HttpResult.Failed.class);
    assertThat(text(result))
        .isEqualTo(
            "HTTP_LOGIN can't log in: http://localhost:"
                + server.port()
                + " answered 401: {\"error\":\"invalid_client\"}");
    assertThat(to("/hook")).isEmpty();
  }

  @Test
  void aTokenEndpointThatIsOverloadedIsAThrottle() {
    server.answers(request -> Reply.status(429).header("retry-after", "3"));
    assertThat(call(with(client()), "x"))
        .isInstanceOfSatisfying(
            HttpResult.Overloaded.class,
            overloaded -> assertThat(overloaded.retryAfter()).contains(Duration.ofSeconds(3)));
  }

  @Test
  void answersThatHoldNoTokenAreTold() {
    for (String answer :
        List.of(
            "{}",
            "[]",
            "",
            "{\"access_token\":1}",
            "{\"access_token\":\"a\\nb\"}",
            "{\"access_token\":\"a\"",
            "\u0000\u0000{\u0000",
            "<html>")) {
      server.answers(request -> Reply.status(200).body("application/json", answer));
      assertThat(text(call(with(client()), "x")))
          .as(answer)
          .startsWith(
              "HTTP_LOGIN can't log in: http://localhost:" + server.port() + " answered with");
    }
  }
}
