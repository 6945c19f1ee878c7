package io.penstock.sink.webhook;

import static io.penstock.sink.webhook.Sinks.raw;
import static io.penstock.sink.webhook.Sinks.valid;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.Sink;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.httpclient.cloudevents.EventMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class WebhookSinkConfigTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private final WebhookSinkProvider provider = new WebhookSinkProvider();

  private static List<Problem> problems(Map<String, Object> raw) {
    Problems problems = new Problems();
    Sinks.settings(raw, problems);
    return problems.list();
  }

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(SinkProvider.class))
        .anySatisfy(found -> assertThat(found.type()).isEqualTo("webhook"));
  }

  @Test
  void needsNoMoreThanAUrl() {
    Settings settings = valid(raw("https://ERP.example/hook?token=x"));
    assertThat(settings.get(WebhookSinkProvider.MODE)).isEqualTo(EventMode.BINARY);
    assertThat(settings.find(WebhookSinkProvider.SECRET)).isEmpty();
    assertThat(settings.get(WebhookSinkProvider.TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
    assertThat(provider.destination(settings)).isEqualTo("https://erp.example:443");
    Sink sink = Sinks.sink("https://erp.example/");
    assertThat(sink.ordering()).isEqualTo(Sink.Ordering.NONE);
    assertThat(sink.maxRecords()).isEqualTo(1);
  }

  @Test
  void takesEveryKey() {
    Settings settings =
        valid(
            raw(
                "http://erp.example/",
                "mode",
                "batched",
                "maxEvents",
                7L,
                "secret",
                List.of(SECRET, SECRET),
                "timeout",
                "3s"));
    assertThat(settings.get(WebhookSinkProvider.SECRET)).hasSize(2);
    assertThat(Sinks.sink("http://h/", "mode", "batched", "maxEvents", 7L).maxRecords())
        .isEqualTo(7);
    assertThat(Sinks.sink("http://h/", "mode", "batched").maxRecords()).isEqualTo(100);
    assertThat(provider.spec().keys()).hasSize(11);
  }

  @Test
  void refusesSecretsThatAreNoneWithoutShowingThem() {
    assertThat(problems(raw("http://h/", "secret", "not-a-secret")))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo("$.onSuccess[0].secret");
              assertThat(problem.toString()).doesNotContain("not-a-secret").contains("openssl");
            });
    assertThat(problems(raw("http://h/", "secret", List.of(SECRET, "whsec_AAAA"))))
        .extracting(Problem::path)
        .containsExactly("$.onSuccess[0].secret[1]");
  }

  @Test
  void refusesAnEventCountWhereThereIsOne() {
    assertThat(problems(raw("http://h/", "maxEvents", 7L)))
        .extracting(Problem::path)
        .containsExactly("$.onSuccess[0].maxEvents");
  }

  @Test
  void refusesWhatEveryEndpointRefuses() {
    assertThat(problems(raw("h"))).extracting(Problem::path).containsExactly("$.onSuccess[0].url");
  }
}
