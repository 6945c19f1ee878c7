package io.penstock.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.DecodeException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

  private static List<String> elements(String array) {
    return JsonText.elements(array.getBytes(UTF_8), 10).stream()
        .map(e -> new String(e, UTF_8))
        .toList();
  }

  @Test
  void cutsAnArrayApartByteForByte() {
    assertThat(elements(" [1.10 , \"a,]\\\"\" ,{ \"b\" : [ 1,2 ]},[ ], null,\n-0.0e1,\"grün\"]\n"))
        .containsExactly(
            "1.10", "\"a,]\\\"\"", "{ \"b\" : [ 1,2 ]}", "[ ]", "null", "-0.0e1", "\"grün\"");
    assertThat(elements("[]")).isEmpty();
    assertThat(elements("[ [ ] ]")).containsExactly("[ ]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "1", "\"secret\"", "[1", "[1,]", "[1] 2", "[secret]", "", " "})
  void cutsNothingElse(String text) {
    assertThatThrownBy(() -> elements(text))
        .isInstanceOf(DecodeException.class)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
  }

  @Test
  void stopsAtTheNumberOfElementsThatIsAllowed() {
    assertThat(elements("[1,2,3,4,5,6,7,8,9,10]")).hasSize(10);
    assertThatThrownBy(() -> elements("[1,2,3,4,5,6,7,8,9,10,11 and no further"))
        .isInstanceOf(DecodeException.class)
        .hasMessage("the body: an array of more than 10 elements");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", " null ", "{\"a\":[1,{}]}", "\"text\"", "[]"})
  void takesEveryValue(String text) {
    JsonText.check(text.getBytes(UTF_8), "it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n", "{", "{\"a\":1}}", "1 2", "nul", "\"secret", "{'a':1}", "\ufeff{}"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> JsonText.check(text.getBytes(UTF_8), "it"))
        .isInstanceOf(DecodeException.class)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
  }

  @Test
  void refusesOtherEncodings() {
    assertThatThrownBy(() -> JsonText.check("{}".getBytes(UTF_16LE), "it"))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"c0a2", "e09fbf", "eda080", "edbfbf", "f08fbfbf", "f4908080", "ff", "c3"})
  void refusesWhatOnlyLooksLikeUtf8(String hex) {
    byte[] wrong = HexFormat.of().parseHex("22" + hex + "22");
    assertThatThrownBy(() -> JsonText.check(wrong, "it")).isInstanceOf(DecodeException.class);
    byte[] element = HexFormat.of().parseHex("5b7b22" + hex + "223a317d5d");
    assertThatThrownBy(() -> JsonText.elements(element, 10)).isInstanceOf(DecodeException.class);
  }

  @Test
  void nestsOnlySoDeep() {
    byte[] deep = ("[".repeat(100_000) + "]".repeat(100_000)).getBytes(UTF_8);
    assertThatThrownBy(() -> JsonText.check(deep, "it")).isInstanceOf(DecodeException.class);
  }
}
