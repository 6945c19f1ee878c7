package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Where servers listen. */
class ServerAddressTest {

  @Test
  void is_read_from_lists_and_from_texts_with_commas() {
    assertThat(
            ServerAddress.parse(
                List.of("a:9092, b.example:1", "[::1]:9093", "SASL_SSL://10.0.0.1:65535")))
        .extracting(ServerAddress::toString)
        .containsExactly("a:9092", "b.example:1", "[::1]:9093", "10.0.0.1:65535");
  }

  @Test
  void is_nothing_else() {
    assertThat(
            ServerAddress.parse(
                List.of("a", "a:", ":1", "a:b", "a:65536", "a:0", "a b:1", "::1:9", "")))
        .isEmpty();
    assertThatThrownBy(() -> new ServerAddress("", 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ServerAddress("a", 0)).hasMessageContaining("a port 0");
  }
}
