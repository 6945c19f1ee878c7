package io.penstock.cloudevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.DecodeException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CloudEventsTest {

  @Test
  void knowsNamesOfExtensions() {
    assertThat(CloudEvents.isExtension("partitionkey")).isTrue();
    assertThat(CloudEvents.isExtension("x1")).isTrue();
    for (String none : new String[] {"", "Big", "a-b", "a_b", "ü", "id", "data", "specversion"}) {
      assertThat(CloudEvents.isExtension(none)).as(none).isFalse();
    }
  }

  @Test
  void understandsVersionOne() {
    CloudEvents.checkVersion("1.0");
    CloudEvents.checkVersion("1.0.2");
    assertThatThrownBy(() -> CloudEvents.checkVersion("0.3")).isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> CloudEvents.checkVersion("")).isInstanceOf(DecodeException.class);
  }

  @Test
  void readsTimes() {
    assertThat(CloudEvents.time("2026-01-31T23:59:59Z", "here"))
        .isEqualTo(Instant.parse("2026-01-31T23:59:59Z"));
    assertThatThrownBy(() -> CloudEvents.time("yesterday", "header ce-time"))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("header ce-time");
  }

  @Test
  void knowsJsonByItsMediaType() {
    assertThat(CloudEvents.mediaType("Application/JSON; charset=utf-8"))
        .isEqualTo("application/json");
    assertThat(CloudEvents.isJson("application/vnd.acme+json;v=1")).isTrue();
    assertThat(CloudEvents.isJson("text/json")).isTrue();
    assertThat(CloudEvents.isJson("application/jsonlines")).isFalse();
  }
}
