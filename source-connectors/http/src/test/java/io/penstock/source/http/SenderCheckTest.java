package io.penstock.source.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Senders")
class SenderCheckTest {

  private static void assertPasses(SenderCheck check, TestRequest request) {
    assertThatCode(() -> check.check(request)).doesNotThrowAnyException();
  }

  private static void assertRefused(SenderCheck check, int status, TestRequest request) {
    assertThatThrownBy(() -> check.check(request))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.status()).isEqualTo(status));
  }

  @Nested
  class WithoutAnything {

    private final SenderCheck check = new LoopbackCheck();

    @Test
    void areThisMachine() {
      assertPasses(check, TestRequest.json("{}").from("127.0.0.1"));
      assertPasses(check, TestRequest.json("{}").from("127.3.2.1"));
      assertPasses(check, TestRequest.json("{}").from("::1"));
      assertRefused(check, 403, TestRequest.json("{}").from("10.0.0.7"));
      assertRefused(check, 403, TestRequest.json("{}").from("192.168.1.1"));
      assertRefused(check, 403, TestRequest.json("{}").from("fe80::1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Forwarded", "x-forwarded-for", "X-Real-IP"})
    void areNoProxyForOthers(String header) {
      assertRefused(check, 403, TestRequest.json("{}").with(header, "10.0.0.7"));
    }
  }

  @Nested
  class WithAKey {

    private final SenderCheck check =
        new ApiKeyCheck("X-Api-Key", List.of("0123456789abcdef", "fedcba9876543210"));

    @Test
    void carryOneOfTheKeys() {
      assertPasses(
          check, TestRequest.json("{}").from("10.0.0.7").with("x-api-key", "0123456789abcdef"));
      assertPasses(check, TestRequest.json("{}").with("X-API-KEY", "fedcba9876543210"));
      assertRefused(check, 401, TestRequest.json("{}"));
      assertRefused(check, 401, TestRequest.json("{}").with("X-Api-Key", ""));
      assertRefused(check, 401, TestRequest.json("{}").with("X-Api-Key", "0123456789abcdeF"));
      assertRefused(check, 401, TestRequest.json("{}").with("X-Api-Key", "0123456789abcdef0"));
    }
  }

  /** The vector that GitHub publishes. */
  @Nested
  class WhoSignTheBody {

    private static final String SIGNATURE =
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    private final SenderCheck check =
        new BodySignatureCheck(
            "X-Hub-Signature-256",
            List.of(
                "another secret".getBytes(UTF_8), "It's a Secret to Everybody".getBytes(UTF_8)));

    private TestRequest request(String signature) {
      return TestRequest.json("Hello, World!").with("X-Hub-Signature-256", signature);
    }

    @Test
    void mayWriteItInSeveralWays() {
      byte[] bytes = HexFormat.of().parseHex(SIGNATURE);
      assertPasses(check, request("sha256=" + SIGNATURE));
      assertPasses(check, request(SIGNATURE.toUpperCase(java.util.Locale.ROOT)));
      assertPasses(check, request(Base64.getEncoder().encodeToString(bytes)));
    }

    @Test
    void areRefusedWithAnother() {
      assertRefused(check, 401, TestRequest.json("Hello, World!"));
      assertRefused(check, 401, request("sha256=" + SIGNATURE.replace('7', '8')));
      assertRefused(check, 401, request("sha1=" + SIGNATURE));
      assertRefused(check, 401, request("sha256="));
      assertRefused(check, 401, request("sha256=zz" + SIGNATURE.substring(2)));
      assertRefused(
          check,
          401,
          TestRequest.json("Hello, world!").with("X-Hub-Signature-256", "sha256=" + SIGNATURE));
    }
  }

  /** The vector that Standard Webhooks' libraries share. */
  @Nested
  class OfStandardWebhooks {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final String BODY = "{\"test\": 2432232314}";
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static final long SENT = 1_614_265_330;

    private SenderCheck check(long now) {
      return new StandardWebhooksCheck(
          List.of(new byte[24], StandardWebhooksCheck.secret(SECRET).orElseThrow()),
          Duration.ofMinutes(5),
          InstantSource.fixed(Instant.ofEpochSecond(now)));
    }

    private TestRequest request(String signature) {
      return TestRequest.json(BODY)
          .with("webhook-id", ID)
          .with("webhook-timestamp", String.valueOf(SENT))
          .with("webhook-signature", signature);
    }

    @Test
    void signIdTimeAndBody() {
      assertPasses(check(SENT), request(SIGNATURE));
      assertPasses(check(SENT), request("v1,AAAA v1a,x " + SIGNATURE + " v2,y"));
      assertRefused(check(SENT), 401, request("v1a," + SIGNATURE.substring(3)));
      assertRefused(check(SENT), 401, request(SIGNATURE.replace('g', 'h')));
      assertRefused(check(SENT), 401, request(""));
      assertRefused(
          check(SENT),
          401,
          TestRequest.json(BODY)
              .with("webhook-id", "msg_2")
              .with("webhook-timestamp", String.valueOf(SENT))
              .with("webhook-signature", SIGNATURE));
      assertRefused(check(SENT), 401, TestRequest.json(BODY).with("webhook-signature", SIGNATURE));
    }

    @Test
    void signNotTooLongAgo() {
      assertPasses(check(SENT + 300), request(SIGNATURE));
      assertPasses(check(SENT - 300), request(SIGNATURE));
      assertRefused(check(SENT + 301), 401, request(SIGNATURE));
      assertRefused(check(SENT - 301), 401, request(SIGNATURE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"now", "1e9", "99999999999999999999", "9223372036854775807"})
    void tellATime(String timestamp) {
      assertRefused(
          check(SENT),
          401,
          TestRequest.json(BODY)
              .with("webhook-id", ID)
              .with("webhook-timestamp", timestamp)
              .with("webhook-signature", SIGNATURE));
    }
  }

  @Test
  void areToldNothingOfTheSecrets() {
    SenderCheck check = new ApiKeyCheck("X-Api-Key", List.of("0123456789abcdef"));
    assertThatThrownBy(() -> check.check(TestRequest.json("{}").with("X-Api-Key", "guess")))
        .hasMessageNotContainingAny("0123456789abcdef", "guess");
  }
}
