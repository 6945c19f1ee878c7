package io.penstock.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.engine.ConnectorStatus.State;
import io.penstock.server.metrics.WorkerMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The worker's HTTP server")
class WorkerHttpServerTest {

  private static final String[] JSON = {"Content-Type", "application/json"};
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final FakeEngine engine = new FakeEngine();
  private final HttpClient client = HttpClient.newHttpClient();
  private WorkerHttpServer server;

  @BeforeEach
  void start() throws HttpStartException {
    server =
        WorkerHttpServer.start(
            new HttpAddress(HttpAddress.LOOPBACK, 0),
            engine,
            List.of(),
            new WorkerMetrics("1.2.3"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void livesAsLongAsItAnswers() throws Exception {
    engine.add("a").state(State.FAILED);

    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void isReadyWhenEveryConnectorRunsOrIsPaused() throws Exception {
    engine.add("a").state(State.RUNNING).stuck(3);
    engine.add("b").state(State.PAUSED);

    HttpResponse<String> answer = get("/health/ready");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer).get("ready").booleanValue()).isTrue();
    assertThat(json(answer).get("warnings")).hasSize(2);
  }

  @Test
  void isNotReadyWithReasons() throws Exception {
    engine.add("a").state(State.FAILED);
    engine.add("b").state(State.STARTING);
    engine.add("c").stuck(4);
    engine.add("d").silent();

    HttpResponse<String> answer = get("/health/ready");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(json(answer).get("ready").booleanValue()).isFalse();
    assertThat(json(answer).get("reasons"))
        .extracting(r -> r.get("connector").textValue() + " " + r.get("reason").textValue())
        .containsExactlyInAnyOrder(
            "a is failed: b:9092 can't be reached",
            "b is starting: b:9092 can't be reached",
            "c every slot of function 'invoice' is stuck: 4 calls are past their deadline and have"
                + " not returned",
            "d does not tell its status");
  }

  @Test
  void isNotReadyOnceItStops() throws Exception {
    engine.add("a");
    server.announceStop();

    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void listsConnectorsAlsoThoseThatDoNotAnswer() throws Exception {
    engine.add("b").state(State.PAUSED);
    engine.add("a");
    engine.add("c").silent();

    JsonNode list = json(get("/connectors")).get("connectors");

    assertThat(list)
        .extracting(c -> c.get("name").textValue() + " " + c.get("state").asText())
        .containsExactly("a running", "b paused", "c null");
    assertThat(list.get(0).get("lag").longValue()).isEqualTo(300);
  }

  @Test
  void showsTheWholeStatus() throws Exception {
    engine.add("a");

    JsonNode status = json(get("/connectors/a/status"));

    assertThat(status.get("state").textValue()).isEqualTo("running");
    assertThat(status.get("paused").isNull()).isTrue();
    assertThat(status.at("/lanes/1/headOfLine").textValue()).isEqualTo("blocked");
    assertThat(status.at("/lanes/1/halted").textValue()).isEqualTo("stands");
    assertThat(status.at("/function/history/0/at").textValue()).isEqualTo("2026-01-31T12:00:00Z");
    assertThat(status.at("/function/history/0/cause").textValue()).isEqualTo("refused");
    assertThat(status.at("/function/rate/perSecond").doubleValue()).isEqualTo(42.5);
    assertThat(status.at("/function/rate/history/0/cause").textValue()).isEqualTo("refused");
    assertThat(status.at("/sinks/0/gate/limit").intValue()).isEqualTo(8);
    assertThat(status.at("/window/oldest").textValue()).isEqualTo("1500ms");
    assertThat(status.at("/counts/deadLettered").longValue()).isEqualTo(5);
    assertThat(status.at("/eventsPerSecond").doubleValue()).isEqualTo(123.5);
    assertThat(status.at("/lastError/code").textValue()).isEqualTo("BROKER_UNAVAILABLE");
  }

  @Test
  void pausesAndResumesOffTheEventLoop() throws Exception {
    FakeEngine.FakeConnector connector = engine.add("a");

    JsonNode paused = json(send("PUT", "/connectors/a/pause", "{\"by\": \"ada\"}", JSON));
    assertThat(paused.get("state").textValue()).isEqualTo("paused");
    assertThat(paused.at("/paused/by").textValue()).isEqualTo("ada");
    assertThat(send("PUT", "/connectors/a/resume", "", JSON).statusCode()).isEqualTo(200);

    assertThat(connector.calls())
        .containsExactly("pause by ada on a worker", "resume by http 127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"earliest\" | Earliest[]",
        "\"latest\" | Latest[]",
        "\"2026-01-31T08:00:00Z\" | At[instant=2026-01-31T08:00:00Z]",
        "42 | Position[position=42]"
      })
  void seeks(String to, String target) throws Exception {
    FakeEngine.FakeConnector connector = engine.add("a");

    HttpResponse<String> answer =
        send("POST", "/connectors/a/seek", "{\"lane\": \"orders-0\", \"to\": " + to + "}", JSON);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer).get("position").longValue()).isEqualTo(17);
    assertThat(connector.calls()).containsExactly("seek orders-0 to " + target);
  }

  @Test
  void tellsWhyASeekIsRefused() throws Exception {
    engine.add("a");

    assertError(
        send("POST", "/connectors/a/seek", "{\"lane\": \"x-0\", \"to\": \"latest\"}", JSON),
        409,
        "refused",
        "lane 'x-0' is not owned here");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"lane\": \"orders-0\"}",
        "{\"lane\": \"orders-0\", \"to\": \"yesterday\"}",
        "{\"lane\": \"orders-0\", \"to\": -1}",
        "{\"lane\": 0, \"to\": 1}",
        "{\"lane\": ",
        "[]",
        "7"
      })
  void doesNotTakeABodyItDoesNotUnderstand(String body) throws Exception {
    FakeEngine.FakeConnector connector = engine.add("a");

    assertError(send("POST", "/connectors/a/seek", body, JSON), 400, "bad_request", "");
    assertThat(connector.calls()).isEmpty();
  }

  @Test
  void errorsHaveOneForm() throws Exception {
    engine.add("a");

    assertError(get("/connectors/b/status"), 404, "unknown_connector", "'b'");
    assertError(get("/nothing"), 404, "not_found", "/nothing");
    assertError(
        send("DELETE", "/connectors/a/status", "", JSON), 405, "method_not_allowed", "DELETE");
    assertError(get("/connectors/a/pause"), 405, "method_not_allowed", "GET");
    assertError(
        send("PUT", "/connectors/a/pause", "{\"by\": \"" + "x".repeat(2 << 20) + "\"}", JSON),
        413,
        "too_large",
        "1MiB");
  }

  @Test
  void aPageInABrowserCannotChangeAnything() throws Exception {
    FakeEngine.FakeConnector connector = engine.add("a");
    String seek = "{\"lane\": \"orders-0\", \"to\": \"latest\"}";

    assertError(
        send("POST", "/connectors/a/seek", seek, "Content-Type", "text/plain"),
        415,
        "not_json",
        "");
    assertError(send("PUT", "/connectors/a/pause", ""), 415, "not_json", "");
    HttpResponse<String> preflight =
        send("OPTIONS", "/connectors/a/pause", "", "Origin", "http://evil.example");
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();

    assertThat(connector.calls()).isEmpty();
    assertThat(send("PUT", "/connectors/a/pause", "", "X-Penstock", "1").statusCode())
        .isEqualTo(200);
  }

  @Test
  void anotherNameThatPointsHereIsRefused() throws Exception {
    engine.add("a");

    assertThat(raw("GET /connectors HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 403")
        .contains("forbidden_host");
    assertThat(raw("GET /connectors HTTP/1.0\r\n\r\n")).doesNotContain("200 OK");
    assertThat(raw("GET /connectors HTTP/1.1\r\nHost: LOCALHOST:1\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void metricsAreForPrometheus() throws Exception {
    engine.add("a");
    engine.add("b").silent();

    HttpResponse<String> answer = get("/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
    assertThat(answer.body().lines())
        .contains(
            "penstock_connector_up{connector=\"a\"} 1.0",
            "penstock_connector_up{connector=\"b\"} 0.0",
            "penstock_build_info{version=\"1.2.3\"} 1",
            "penstock_events_settled_total{connector=\"a\",outcome=\"dead_lettered\"} 5.0")
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes"));
  }

  @Test
  void aPortInUseIsTold() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  WorkerHttpServer.start(
                      new HttpAddress(HttpAddress.LOOPBACK, taken.getLocalPort()),
                      engine,
                      List.of(),
                      new WorkerMetrics("1")))
          .isInstanceOf(HttpStartException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort() + ": the port is in use")
          .hasMessageContaining("--port");
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send("GET", path, "");
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(server.address().host(), server.address().port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    return MAPPER.readTree(answer.body());
  }

  private static void assertError(
      HttpResponse<String> answer, int status, String code, String message) throws IOException {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(json(answer).get("error_code").textValue()).isEqualTo(code);
    assertThat(json(answer).get("message").textValue()).contains(message);
  }
}
