package io.penstock.broker.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerArgsTest {

  @Test
  void everythingCanBeSet() {
    ServerArgs args =
        ServerArgs.parse(
            List.of(
                "--delete-dir", "--dir", "/tmp/servers", "--property", "a=b=c", "--proxy", "d=1"));

    assertThat(args.directory()).hasToString("/tmp/servers");
    assertThat(args.deleteDirectory()).isTrue();
    assertThat(args.broker()).isEqualTo(Map.of("a", "b=c"));
    assertThat(args.proxy()).isEqualTo(Map.of("d", "1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--delete-dir|--dir DIR is missing",
        "--dir|--dir wants a value",
        "--dir d --property novalue|found 'novalue'",
        "--dir d --prot 1|Unknown argument '--prot'"
      })
  void whatIsWrongIsNamed(String line, String expected) {
    assertThatThrownBy(() -> ServerArgs.parse(List.of(line.split(" "))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(expected);
  }
}
