package io.penstock.source.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.ByteSize;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.source.http.RequestReader.Arrays;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class HttpSourceConfigTest {

  private static final String KEY = "0123456789abcdef";
  private static final String WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private final HttpSourceProvider provider = new HttpSourceProvider();
  private final Problems problems = new Problems();

  /** As the server does it: what keys say together is checked only where each is right. */
  private Settings read(Map<String, Object> raw) {
    Settings settings = provider.spec().read(raw, "$.source", problems);
    if (problems.isEmpty()) {
      provider.check(settings, problems);
    }
    return settings;
  }

  private HttpSourceConfig valid(Map<String, Object> raw) {
    Settings settings = read(raw);
    assertThat(problems.list()).isEmpty();
    assertThat(provider.create(settings, Path.of("."))).isInstanceOf(HttpSource.class);
    return HttpSourceConfig.read(settings);
  }

  private List<String> pathsOfProblems(Map<String, Object> raw) {
    read(raw);
    assertThat(problems.list())
        .allSatisfy(p -> assertThat(p.toString()).doesNotContain("shown!"))
        .isNotEmpty();
    return problems.list().stream().map(Problem::path).toList();
  }

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(SourceProvider.class))
        .anySatisfy(found -> assertThat(found.type()).isEqualTo("http"));
  }

  @Test
  void needsNothing() {
    HttpSourceConfig config = valid(Map.of());
    assertThat(config.apiKey()).isEmpty();
    assertThat(config.signature()).isEmpty();
    assertThat(config.sender(InstantSource.system())).isInstanceOf(LoopbackCheck.class);
    assertThat(config.type()).isEqualTo("io.penstock.http.request");
    assertThat(config.arrays()).isEqualTo(Arrays.EVENT);
    assertThat(config.attributes()).isEmpty();
    assertThat(config.maxBody()).isEqualTo(ByteSize.ofMiB(1));
    assertThat(config.maxBacklog()).isEqualTo(ByteSize.ofMiB(1_024));
    assertThat(config.plainEvents("shop").source()).isEqualTo("/sources/shop/events");
    assertThat(config.plainEvents("shop").attributes()).isEmpty();
  }

  @Test
  void takesEveryKey() {
    HttpSourceConfig config =
        valid(
            Map.of(
                "apiKey", Map.of("keys", List.of(KEY, KEY + "2"), "header", "Authorization"),
                "eventType", "com.acme.order",
                "arrays", "batch",
                "attributes", Map.of("id", "X-Id", "partitionkey", "X-Customer"),
                "maxBody", "64KiB",
                "maxBacklog", "1MiB"));
    assertThat(config.sender(InstantSource.system())).isInstanceOf(ApiKeyCheck.class);
    assertThat(config.plainEvents("shop"))
        .isEqualTo(
            new RequestReader.PlainEvents(
                "/sources/shop/events",
                "com.acme.order",
                Arrays.BATCH,
                Map.of("id", "X-Id", "partitionkey", "X-Customer")));
    assertThat(config.maxBody()).isEqualTo(ByteSize.ofKiB(64));
    assertThat(config.maxBacklog()).isEqualTo(ByteSize.ofMiB(1));
  }

  @Test
  void takesSignatures() {
    HttpSourceConfig standard =
        valid(
            Map.of(
                "signature",
                Map.of("scheme", "standardWebhooks", "secrets", WHSEC, "tolerance", "1m")));
    assertThat(standard.sender(InstantSource.system())).isInstanceOf(StandardWebhooksCheck.class);
    assertThat(standard.plainEvents("shop").attributes()).isEqualTo(Map.of("id", "webhook-id"));

    HttpSourceConfig hmac =
        valid(
            Map.of(
                "signature",
                Map.of("scheme", "hmacSha256", "secrets", KEY, "header", "X-Shopify-Hmac-Sha256")));
    assertThat(hmac.sender(InstantSource.system())).isInstanceOf(BodySignatureCheck.class);
    assertThat(hmac.plainEvents("shop").attributes()).isEmpty();
  }

  @Test
  void leavesTheIdToTheFileIfItSaysOne() {
    HttpSourceConfig config =
        valid(
            Map.of(
                "signature", Map.of("scheme", "standardWebhooks", "secrets", WHSEC),
                "attributes", Map.of("id", "X-Id")));
    assertThat(config.plainEvents("shop").attributes()).isEqualTo(Map.of("id", "X-Id"));
  }

  @Test
  void refusesShortSecretsWithoutShowingThem() {
    assertThat(
            pathsOfProblems(
                Map.of("apiKey", Map.of("keys", List.of(KEY, "shown!"), "header", "X Key"))))
        .containsExactly("$.source.apiKey.header", "$.source.apiKey.keys[1]");
  }

  @Test
  void refusesSecretsThatAreNone() {
    assertThat(
            pathsOfProblems(
                Map.of(
                    "signature",
                    Map.of(
                        "scheme", "standardWebhooks",
                        "secrets", List.of("whsec_shown!", "whsec_AAAA"),
                        "header", "X-Signature"))))
        .containsExactly(
            "$.source.signature.secrets[0]",
            "$.source.signature.secrets[1]",
            "$.source.signature.header");
  }

  @Test
  void refusesWhatWouldDoNothing() {
    assertThat(
            pathsOfProblems(
                Map.of(
                    "apiKey",
                    Map.of("keys", KEY),
                    "signature",
                    Map.of("scheme", "hmacSha256", "secrets", KEY, "tolerance", "1m"))))
        .containsExactly("$.source.signature.tolerance", "$.source.signature");
  }

  @Test
  void refusesAttributesThatEventsDoNotHave() {
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("time", "X-Time");
    attributes.put("Key", "X-Key");
    attributes.put("subject", "X Subject");
    assertThat(pathsOfProblems(Map.of("attributes", attributes)))
        .containsExactly(
            "$.source.attributes['Key']",
            "$.source.attributes['subject']",
            "$.source.attributes['time']");
  }

  @Test
  void refusesABacklogOfTooFewBodies() {
    assertThat(pathsOfProblems(Map.of("maxBody", "1MiB", "maxBacklog", "3MiB")))
        .containsExactly("$.source.maxBacklog");
  }

  @Test
  void refusesAnApiKeyWithoutKeys() {
    assertThat(pathsOfProblems(Map.of("apiKey", Map.of(), "signature", Map.of("secrets", KEY))))
        .containsExactlyInAnyOrder("$.source.apiKey.keys", "$.source.signature.scheme");
  }
}
