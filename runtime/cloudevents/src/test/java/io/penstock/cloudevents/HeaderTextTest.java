package io.penstock.cloudevents;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"", "plain", "with space", "100%", "\"quoted\"", "Euro € 😀", "a%20b", "\n"})
  void readsWhatItWrites(String text) {
    String header = HeaderText.encode(text);
    assertThat(header).matches("[!-~]*");
    assertThat(HeaderText.decode(header)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`Euro%20%E2%82%AC`, `Euro €`",
        "`\"Euro %E2%82%AC\"`, `Euro €`",
        "`\"say \\\"hi\\\"\"`, `say \"hi\"`",
        "`100%`, `100%`",
        "`%zz%4`, `%zz%4`",
        "`\"`, `\"`",
      })
  void readsWhatOthersWrite(String header, String text) {
    assertThat(HeaderText.decode(header)).isEqualTo(text);
  }

  @Test
  void readsOnlyUtf8() {
    assertThat(HeaderText.decode("%ff")).isNull();
    assertThat(HeaderText.decode("%C3%28")).isNull();
  }
}
