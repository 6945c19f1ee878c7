package io.penstock.httpclient;

import static io.penstock.httpclient.Callers.call;
import static io.penstock.httpclient.Callers.raw;
import static io.penstock.httpclient.Callers.text;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.testkit.http.HttpPeer;
import io.penstock.testkit.http.Received;
import io.penstock.testkit.http.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A server that tells everything it was sent, and nothing of it is shown or logged. */
class SecretsTest {

  private static final List<String> SECRETS =
      List.of(
          "pass-word-1",
          "key-number-2",
          "token-number-3",
          "client-secret-4",
          "issued-token-5",
          "query-secret-6",
          "path-secret-7",
          "header-secret-8",
          "cGFzcy13b3JkLTE",
          "dXNlcjpwYXNzLXdvcmQtMQ",
          "Y2xpZW50OmNsaWVudC1zZWNyZXQtNA",
          "secret%20with%20spaces",
          "secret+with+spaces",
          "secret with spaces");

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final List<String> said = new ArrayList<>();
  private Level before;

  @BeforeEach
  void listen() {
    before = root.getLevel();
    root.setLevel(Level.DEBUG);
    ((Logger) LoggerFactory.getLogger("io.netty")).setLevel(Level.INFO);
    log.start();
    root.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    root.detachAppender(log);
    root.setLevel(before);
    ((Logger) LoggerFactory.getLogger("io.netty")).setLevel(null);
  }

  private static Reply repeat(Received request, int status) {
    String all = request.uri() + " " + request.headers() + " " + request.text();
    return Reply.status(status).body("text/plain", all);
  }

  private static List<Map<String, Object>> logins(HttpPeer server) {
    return List.of(
        Map.of("type", "basic", "username", "user", "password", "pass-word-1"),
        Map.of("type", "apiKey", "header", "X-Key", "value", "key-number-2"),
        Map.of("type", "bearer", "token", "token-number-3"),
        client(server, "header", "/token"),
        client(server, "body", "/token"),
        client(server, "header", "/refuse/path-secret-7"),
        client(server, "body", "/refuse/path-secret-7"));
  }

  private static Map<String, Object> client(HttpPeer server, String place, String path) {
    return Map.of(
        "type",
        "oauth2",
        "tokenUrl",
        server.url(path),
        "clientId",
        "client",
        "clientSecret",
        "client-secret-4",
        "clientAuth",
        place,
        "parameters",
        Map.of("password", "secret with spaces"));
  }

  @Test
  void areNowhereToBeFound() {
    List<Integer> statuses = List.of(200, 400, 401, 404, 429, 500, 503, 307);
    int[] status = {0};
    try (HttpPeer server =
        HttpPeer.start(
            request -> {
              if (request.uri().equals("/token")) {
                return Reply.status(200)
                    .body("application/json", "{\"access_token\":\"issued-token-5\"}");
              }
              return repeat(request, request.uri().startsWith("/refuse") ? 400 : status[0])
                  .header("location", "http://elsewhere.example/token-number-3?query-secret-6");
            })) {
      for (Map<String, Object> auth : logins(server)) {
        Map<String, Object> raw =
            raw(
                server.url("/hooks/path-secret-7?token=query-secret-6&x=y"),
                "auth",
                auth,
                "headers",
                Map.of("X-Other", "header-secret-8"));
        HttpEndpoint endpoint = Callers.endpoint(raw);
        said.add(endpoint.toString());
        said.add(endpoint.credentials.toString());
        try (HttpCaller caller = HttpCaller.open(endpoint, 2, new HttpCaller.Answers.Ignored())) {
          for (int one : statuses) {
            status[0] = one;
            said.add(text(call(caller, "hello")));
          }
        }
        server.goDown();
        try (HttpCaller caller = HttpCaller.open(endpoint, 2, new HttpCaller.Answers.Ignored())) {
          said.add(text(call(caller, "hello")));
        }
        server.goUp();
      }
    }
    log.list.forEach(line -> said.add(line.getLoggerName() + " " + line.getFormattedMessage()));

    assertThat(said).hasSizeGreaterThan(60).anyMatch(line -> line.contains("***"));
    assertThat(said)
        .allSatisfy(
            line -> assertThat(line).doesNotContainIgnoringCase(SECRETS.toArray(String[]::new)));
  }

  @Test
  void areHiddenAsAServerDecodesThemToo() {
    SecretMask mask =
        Callers.endpoint(
                raw("http://h/hooks/path%2Fsecret%3D7/x?code=abc%2Bdef%3D%3D&key=white+space"))
            .mask();
    assertThat(mask.mask("no path/secret=7, no abc+def== and no white space", ""))
        .isEqualTo("no ***, no *** and no ***");
  }

  @Test
  void areHiddenInJsonToo() {
    SecretMask mask = SecretMask.of(List.of("a/b+c==", "pass\"w\\ord"));
    assertThat(mask.mask("{\"a/b+c==\":\"a\\/b+c==\",\"p\":\"pass\\\"w\\\\ord\"}", ""))
        .isEqualTo("{\"***\":\"***\",\"p\":\"***\"}");
  }

  @Test
  void areNotInProblemsEither() {
    Problems problems = new Problems();
    for (Map<String, Object> raw :
        List.of(
            raw("http://user:pass-word-1@host/path-secret-7"),
            raw("path-secret-7://host"),
            raw("http://host:99999/path-secret-7"),
            raw("http:// host/path-secret-7"),
            raw("http://h/", "headers", Map.of("X-A", "header-secret-8\n")),
            raw("http://h/", "auth", Map.of("type", "bearer", "token", "token-number-3\u00e9")),
            raw("http://h/", "auth", Map.of("type", "bearer", "password", "pass-word-1")))) {
      Settings settings = HttpSettings.SPEC.read(raw, "$.sink", problems);
      HttpSettings.check(settings, problems);
    }
    assertThat(problems.list()).hasSizeGreaterThanOrEqualTo(7);
    // A scheme is shown, for it is what is wrong with the URL.
    assertThat(problems.list().toString())
        .doesNotContain("pass-word-1", "header-secret-8", "token-number-3", "//host/path");
  }
}
