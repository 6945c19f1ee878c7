package io.penstock.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresAddressTest {

  @Test
  void holdsWhatTheUrlSays() {
    PostgresAddress address =
        PostgresAddress.parse(
            "postgresql://ann:a%3Ab+c%40@db.example:6432/events?sslmode=require&loginTimeout=5",
            "not used");
    assertThat(address.host()).isEqualTo("db.example");
    assertThat(address.port()).isEqualTo(6432);
    assertThat(address.database()).isEqualTo("events");
    assertThat(address.user()).isEqualTo("ann");
    assertThat(address.password()).isEqualTo("a:b+c@");
    assertThat(address.properties()).isEqualTo(Map.of("sslmode", "require", "loginTimeout", "5"));
    assertThat(address).hasToString("db.example:6432/events");
  }

  @Test
  void hasDefaults() {
    PostgresAddress address = PostgresAddress.parse("postgres://ann@db/events", "sesame");
    assertThat(address.port()).isEqualTo(5432);
    assertThat(address.password()).isEqualTo("sesame");
    assertThat(PostgresAddress.parse("postgres://db/events", null).user()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "db",
        "jdbc:postgresql://ann:sesame@db/events",
        "mysql://ann:sesame@db/events",
        "postgresql:///events",
        "postgresql://ann:sesame@db",
        "postgresql://ann:sesame@db/",
        "postgresql://ann:sesame@db/events?sslmode",
        "postgresql://ann:ses ame@db/events"
      })
  void refusesOtherTextsWithoutRepeatingThem(String text) {
    assertThatThrownBy(() -> PostgresAddress.parse(text, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("write postgresql://")
        .hasMessageNotContaining("sesame");
  }
}
