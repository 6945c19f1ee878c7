package io.penstock.httpclient;

import static io.penstock.httpclient.Callers.await;
import static io.penstock.httpclient.Callers.call;
import static io.penstock.httpclient.Callers.reading;
import static io.penstock.httpclient.Callers.send;
import static io.penstock.httpclient.Callers.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.connector.ConnectorException;
import io.penstock.testkit.http.HttpPeer;
import io.penstock.testkit.http.Received;
import io.penstock.testkit.http.Reply;
import io.penstock.testkit.http.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS and HTTP/2. */
class HttpTlsTest {

  @TempDir static Path folder;
  private static HttpPeer server;
  private static String caFile;

  private final List<HttpCaller> open = new ArrayList<>();

  @BeforeAll
  static void start() {
    TestCertificate certificate = TestCertificate.of("localhost", folder);
    server = HttpPeer.startWithTls(certificate, request -> Reply.status(200));
    caFile = certificate.writeCertificate(folder).toString();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void close() {
    open.forEach(HttpCaller::close);
    server.forget();
    server.answers(request -> Reply.status(200));
  }

  private HttpCaller opened(HttpCaller caller) {
    open.add(caller);
    return caller;
  }

  @Test
  void speaksHttp2WhereTheServerOffersIt() {
    server.answers(request -> Reply.status(200).after(Duration.ofMillis(5)));
    HttpCaller caller = opened(reading(server.url("/hook"), "caFile", caFile));
    int before = server.connections();
    List<HttpCall> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(send(caller, "n" + i, Callers.TIMEOUT));
    }
    calls.forEach(one -> assertThat(text(await(one))).isEqualTo("200 "));
    assertThat(server.received()).extracting(Received::version).containsOnly("HTTP_2");
    assertThat(server.connections() - before).isEqualTo(1);
  }

  @Test
  void aCallThatIsGivenUpCostsNoOtherOfTheConnection() {
    server.answers(
        request -> request.text().equals("hang") ? Reply.of(Reply.Kind.HANG) : Reply.status(200));
    HttpCaller caller = opened(reading(server.url("/hook"), "caFile", caFile));
    call(caller, "x");
    int connections = server.connections();
    HttpCall hanging = send(caller, "hang", Duration.ofMillis(200));
    assertThat(text(await(hanging))).startsWith("HTTP_TIMEOUT");
    assertThat(text(call(caller, "x"))).isEqualTo("200 ");
    assertThat(server.connections()).isEqualTo(connections);
  }

  @Test
  void http2CanBeSwitchedOff() {
    assertThat(text(call(opened(reading(server.url("/"), "caFile", caFile, "http2", "off")), "x")))
        .isEqualTo("200 ");
    assertThat(server.received()).extracting(Received::version).containsOnly("HTTP_1_1");
  }

  @Test
  void http2InClearTextOnlyIfAskedFor() {
    try (HttpPeer clear = HttpPeer.start(request -> Reply.status(200))) {
      call(opened(reading(clear.url("/"))), "x");
      call(opened(reading(clear.url("/"), "http2", "clearText")), "x");
      assertThat(clear.received())
          .extracting(Received::version)
          .containsExactly("HTTP_1_1", "HTTP_2");
    }
  }

  @Test
  void aTokenMayComeFromAServerThatSpeaksOtherwise() {
    try (HttpPeer clear =
        HttpPeer.start(
            request -> Reply.status(200).body("application/json", "{\"access_token\":\"abc\"}"))) {
      Map<String, Object> auth =
          Map.of(
              "type", "oauth2",
              "tokenUrl", clear.url("/token"),
              "clientId", "id",
              "clientSecret", "secret");
      HttpCaller caller = opened(reading(server.url("/"), "caFile", caFile, "auth", auth));
      assertThat(text(call(caller, "x"))).isEqualTo("200 ");
      assertThat(server.received().get(0).header("authorization")).isEqualTo("Bearer abc");
    }
  }

  @Test
  void anUnknownAuthorityIsNotTrusted() {
    HttpResult result = call(opened(reading(server.url("/"))), "x");
    assertThat(text(result))
        .startsWith("HTTP_CONNECT no connection to https://")
        .contains("caFile");
    assertThat(server.received()).isEmpty();
  }

  @Test
  void aCertificateForAnotherHostIsNotTrusted() {
    String url = "https://127.0.0.1:" + server.port() + "/";
    assertThat(text(call(opened(reading(url, "caFile", caFile)), "x"))).startsWith("HTTP_CONNECT");
    assertThat(server.received()).isEmpty();
  }

  @Test
  void aFileThatHoldsNoCertificateIsFoundAtOnce() throws IOException {
    assertThatThrownBy(() -> reading(server.url("/"), "caFile", folder.resolve("none").toString()))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.category()).isEqualTo(ConnectorException.Category.FATAL))
        .hasMessageContaining("can't be read");
    Path text = Files.writeString(folder.resolve("text.pem"), "no certificate");
    assertThatThrownBy(() -> reading(server.url("/"), "caFile", text.toString()))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("holds no certificate in PEM");
  }

  @Test
  void followsARedirectFromClearTextToTlsAndNotBack() {
    try (HttpPeer clear =
        HttpPeer.start(request -> Reply.status(308).header("location", server.url("/new")))) {
      HttpCaller up = opened(reading(clear.url("/old"), "caFile", caFile));
      assertThat(text(call(up, "x"))).isEqualTo("200 ");
      assertThat(server.received()).extracting(Received::uri).containsExactly("/new");

      server.answers(request -> Reply.status(308).header("location", clear.url("/old")));
      HttpCaller down = opened(reading(server.url("/new"), "caFile", caFile));
      assertThat(text(call(down, "x"))).startsWith("HTTP_REDIRECT");
      await().until(() -> clear.received().size() == 1);
    }
  }
}
