package io.penstock.sink.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.functions.Event;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Standard Webhooks. */
class SignerTest {

  // The reference vector of the specification's own libraries.
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final long TIMESTAMP = 1614265330;
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);
  private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

  private static String secret(int bytes) {
    return "whsec_" + Base64.getEncoder().encodeToString(new byte[bytes]);
  }

  @Test
  void signsAsThePublishedVectorSays() {
    assertThat(new Signer(List.of(SECRET)).sign(ID, TIMESTAMP, BODY)).isEqualTo(SIGNATURE);
  }

  @Test
  void signsWithEverySecret() {
    String other = new Signer(List.of(secret(32))).sign(ID, TIMESTAMP, BODY);
    assertThat(new Signer(List.of(secret(32), SECRET)).sign(ID, TIMESTAMP, BODY))
        .isEqualTo(other + " " + SIGNATURE);
  }

  @Test
  void withoutASecretItSignsNothing() {
    assertThat(new Signer(List.of()).signs()).isFalse();
  }

  @Test
  void knowsASecretWhenItSeesOne() {
    assertThat(Signer.isSecret(SECRET)).isTrue();
    assertThat(Signer.isSecret(secret(24))).isTrue();
    assertThat(Signer.isSecret(secret(64))).isTrue();
    assertThatThrownBy(() -> new Signer(List.of("x"))).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "whsec_", "whsec_!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whpk_AAAA"})
  void andWhenItDoesNot(String text) {
    assertThat(Signer.isSecret(text)).isFalse();
    assertThat(Signer.isSecret(secret(23))).isFalse();
    assertThat(Signer.isSecret(secret(65))).isFalse();
  }

  @Test
  void idsAreThoseOfTheEvents() {
    Event one = Event.builder().id("a b/\u00e9").build();
    Event two = Event.builder().id("c").build();
    assertThat(MessageId.of(List.of(one))).isEqualTo("a%20b/%C3%A9");
    String batch = MessageId.of(List.of(one, two));
    assertThat(batch).matches("batch-[0-9a-f]{32}").isEqualTo(MessageId.of(List.of(one, two)));
    assertThat(MessageId.of(List.of(two, one))).isNotEqualTo(batch);
  }
}
