package io.penstock.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerArgsTest {

  @Test
  void onlyTheDirectoryIsNeeded() {
    BrokerArgs args = BrokerArgs.parse(List.of("--dir", "/tmp/broker"));

    assertThat(args.directory()).hasToString("/tmp/broker");
    assertThat(args.port()).isZero();
    assertThat(args.deleteDirectory()).isFalse();
    assertThat(args.properties()).isEmpty();
  }

  @Test
  void everythingCanBeSet() {
    BrokerArgs args =
        BrokerArgs.parse(
            List.of(
                "--delete-dir",
                "--dir",
                "/tmp/broker",
                "--port",
                "19092",
                "--property",
                "a.b=c=d",
                "--property",
                "e="));

    assertThat(args.port()).isEqualTo(19092);
    assertThat(args.deleteDirectory()).isTrue();
    assertThat(args.properties()).isEqualTo(Map.of("a.b", "c=d", "e", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--port 1|--dir DIR is missing",
        "--dir|--dir wants a value",
        "--dir d --port 70000|found '70000'",
        "--dir d --port none|found 'none'",
        "--dir d --property novalue|found 'novalue'",
        "--dir d --prot 1|Unknown argument '--prot'"
      })
  void whatIsWrongIsNamed(String line, String expected) {
    assertThatThrownBy(() -> BrokerArgs.parse(List.of(line.split(" "))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(expected);
  }
}
