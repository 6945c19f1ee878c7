package io.penstock.httpclient;

import static io.penstock.httpclient.Callers.endpoint;
import static io.penstock.httpclient.Callers.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSettingsTest {

  private static List<Problem> problems(Map<String, Object> raw) {
    Problems problems = new Problems();
    Settings settings = HttpSettings.SPEC.read(raw, "$.sink", problems);
    if (problems.isEmpty()) {
      HttpSettings.check(settings, problems);
    }
    return problems.list();
  }

  private static List<Problem> ofAuth(Object... pairs) {
    Map<String, Object> auth = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      auth.put((String) pairs[i], pairs[i + 1]);
    }
    return problems(raw("http://h/", "auth", auth));
  }

  @Test
  void defaults() {
    HttpEndpoint endpoint = endpoint(raw("https://ERP.example/hook"));
    assertThat(endpoint.target())
        .isEqualTo(new HttpTarget(HttpTarget.Scheme.HTTPS, "erp.example", 443, "/hook"));
    assertThat(endpoint.headers).isEmpty();
    assertThat(endpoint.credentials).isEqualTo(new Credentials.None());
    assertThat(endpoint.caFile).isEmpty();
    assertThat(endpoint.http2).isEqualTo(HttpEndpoint.Http2.AUTO);
    assertThat(endpoint.connectTimeout).isEqualTo(Duration.ofSeconds(10));
    assertThat(endpoint.privateAddresses).isEqualTo(HttpEndpoint.PrivateAddresses.ALLOW);
    assertThat(HttpSettings.SPEC.keys()).hasSize(7);
  }

  @Test
  void everyKey() {
    Problems none = new Problems();
    Settings settings =
        HttpSettings.SPEC.read(
            raw(
                "http://erp.example",
                "headers",
                Map.of("X-Team", "a"),
                "auth",
                Map.of("type", "bearer", "token", "t"),
                "caFile",
                "ca.pem",
                "http2",
                "clearText",
                "connectTimeout",
                "3s",
                "privateAddresses",
                "refuse"),
            "$.sink",
            none);
    HttpSettings.check(settings, none);
    assertThat(none.list()).isEmpty();
    HttpEndpoint endpoint = HttpSettings.read(settings, Path.of("/etc/penstock"), name -> null);
    assertThat(endpoint.headers).isEqualTo(Map.of("x-team", "a"));
    assertThat(endpoint.credentials)
        .isEqualTo(new Credentials.Fixed("authorization", "Bearer t", List.of("t")));
    assertThat(endpoint.caFile).contains(Path.of("/etc/penstock/ca.pem"));
    assertThat(endpoint.http2).isEqualTo(HttpEndpoint.Http2.CLEAR_TEXT);
    assertThat(endpoint.connectTimeout).isEqualTo(Duration.ofSeconds(3));
    assertThat(endpoint.privateAddresses).isEqualTo(HttpEndpoint.PrivateAddresses.REFUSE);
  }

  @Test
  void theOperatorHasTheLastWordOnPrivateAddresses() {
    Settings settings = HttpSettings.SPEC.read(raw("http://h/"), "$", new Problems());
    assertThat(
            HttpSettings.read(
                    settings, Path.of(""), Map.of("PENSTOCK_PRIVATE_ADDRESSES", "refuse")::get)
                .privateAddresses)
        .isEqualTo(HttpEndpoint.PrivateAddresses.REFUSE);
    assertThatThrownBy(
            () ->
                HttpSettings.read(
                    settings, Path.of(""), Map.of("PENSTOCK_PRIVATE_ADDRESSES", "refused")::get))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("PENSTOCK_PRIVATE_ADDRESSES is 'refused'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://host/",
        "host/path",
        "http://",
        "http:///path",
        "http://user@host/",
        "http://host:0/",
        "http://host:65536/",
        "http://ho st/",
        "http://[::1/",
        "http://h\u00f6st/",
        "${env:X}"
      })
  void refusesWhatIsNoUrl(String url) {
    assertThat(problems(raw(url)))
        .singleElement()
        .satisfies(problem -> assertThat(problem.path()).isEqualTo("$.sink.url"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type",
        "host",
        "Transfer-Encoding",
        "ce-id",
        "webhook-id",
        "a b",
        "a:",
        "\u00e4"
      })
  void refusesHeadersThatAreNotTheirs(String name) {
    assertThat(problems(raw("http://h/", "headers", Map.of(name, "x"))))
        .singleElement()
        .satisfies(
            problem -> assertThat(problem.path()).isEqualTo("$.sink.headers['" + name + "']"));
  }

  @Test
  void asksForWhatALoginNeedsAndRefusesTheRest() {
    assertThat(ofAuth("type", "basic", "username", "a", "token", "b"))
        .extracting(Problem::path)
        .containsExactlyInAnyOrder("$.sink.auth.password", "$.sink.auth.token");
    assertThat(ofAuth("type", "basic", "username", "a:b", "password", "c")).hasSize(1);
    assertThat(ofAuth("type", "apiKey"))
        .extracting(Problem::path)
        .containsExactlyInAnyOrder("$.sink.auth.header", "$.sink.auth.value");
    assertThat(ofAuth("type", "apiKey", "header", "Host", "value", "x")).hasSize(1);
    assertThat(ofAuth("type", "bearer")).hasSize(1);
    assertThat(ofAuth("type", "oauth2")).hasSize(3);
    assertThat(
            ofAuth("type", "oauth2", "tokenUrl", "x", "clientId", "a", "clientSecret", "b")
                .get(0)
                .path())
        .isEqualTo("$.sink.auth.tokenUrl");
    assertThat(
            ofAuth(
                "type",
                "oauth2",
                "tokenUrl",
                "https://a/",
                "clientId",
                "a",
                "clientSecret",
                "b",
                "parameters",
                Map.of("scope", "x")))
        .hasSize(1);
    assertThat(ofAuth("type", "digest").get(0).expected()).contains("oauth2");
    assertThat(ofAuth("token", "x").get(0).path()).isEqualTo("$.sink.auth.type");
  }

  @Test
  void refusesWhatDoesNotGoTogether() {
    assertThat(
            problems(
                raw(
                    "http://h/",
                    "headers",
                    Map.of("Authorization", "x"),
                    "auth",
                    Map.of("type", "bearer", "token", "t"))))
        .hasSize(1);
    assertThat(problems(raw("https://h/", "http2", "clearText"))).hasSize(1);
    assertThat(problems(raw("http://10.1.2.3/", "privateAddresses", "refuse"))).hasSize(1);
    assertThat(problems(raw("http://[::1]/", "privateAddresses", "refuse"))).hasSize(1);
    assertThat(problems(raw("http://beef/", "privateAddresses", "refuse"))).isEmpty();
  }
}
