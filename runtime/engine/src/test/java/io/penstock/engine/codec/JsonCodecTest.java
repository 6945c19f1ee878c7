package io.penstock.engine.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import io.penstock.connector.DecodeException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCodecTest {

  private final JsonCodec codec = new JsonCodec();

  @Test
  void readsEveryKindOfValue() {
    assertThat(decode(" {\"a\": [null, true, false, \"ü\", {}], \"b\": 1} "))
        .isEqualTo(Map.of("a", Arrays.asList(null, true, false, "ü", Map.of()), "b", 1L));
    assertThat(decode("null")).isNull();
    assertThat(decode("\"alone\"")).isEqualTo("alone");
  }

  @Test
  void keepsTheOrderOfKeys() {
    assertThat(((Map<?, ?>) decode("{\"z\":1,\"a\":2,\"m\":3}")).keySet().toString())
        .isEqualTo("[z, a, m]");
  }

  @Test
  void losesNoDigitOfANumber() {
    assertThat(decode("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    assertThat(decode("9223372036854775808")).isEqualTo(new BigInteger("9223372036854775808"));
    assertThat(decode("0.10")).isEqualTo(new BigDecimal("0.10"));
    assertThat(decode("1e0")).isEqualTo(BigDecimal.ONE);
    assertThat(decode("1e999999999")).isEqualTo(new BigDecimal("1e999999999"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
        "nul",
        "NaN",
        "01",
        "+1",
        "1.",
        ".5",
        "\"a",
        "\"\n\"",
        "// c\n1",
        "1 2",
        "{} x",
        "{}}",
        "[1]]",
        "1e99999999999"
      })
  void refusesWhatIsNotOneJsonValue(String payload) {
    assertThatThrownBy(() -> decode(payload))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("payload of " + payload.length() + " bytes")
        .hasMessageContaining("expected JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "\n"})
  void refusesAnEmptyPayload(String payload) {
    assertThatThrownBy(() -> decode(payload))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void refusesAKeyGivenTwice() {
    assertThatThrownBy(() -> decode("{\"a\":{\"b\":1,\"b\":2}}"))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("a key is given twice");
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    byte[] payload = {'"', (byte) 0xff, (byte) 0xff, '"'};
    assertThatThrownBy(() -> codec.decode(payload)).isInstanceOf(DecodeException.class);
  }

  @Test
  void saysWhereItFailedButShowsNoPayload() {
    assertThatThrownBy(() -> decode("{\"card\":\"4111\",\n \"pin\": hunter2}"))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("line 2, column ")
        .hasMessageNotContaining("hunter")
        .hasMessageNotContaining("4111")
        .hasNoCause();
  }

  @Test
  void limitsTheDepthBothWays() {
    int max = JsonCodec.MAX_DEPTH;
    Object deepest = decode("[".repeat(max) + "]".repeat(max));
    assertThat(codec.encode(deepest)).hasSize(2 * max);
    assertThatThrownBy(() -> decode("[".repeat(max + 1) + "]".repeat(max + 1)))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining(String.valueOf(max));
    assertThatThrownBy(() -> decode("[".repeat(10_000_000))).isInstanceOf(DecodeException.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.encode(List.of(deepest)))
        .withMessageContaining(String.valueOf(max));
  }

  @Test
  void limitsTheLengthOfANumber() {
    int max = JsonCodec.MAX_NUMBER_LENGTH;
    assertThat(decode("9".repeat(max))).isEqualTo(new BigInteger("9".repeat(max)));
    assertThatThrownBy(() -> decode("9".repeat(max + 1))).isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> decode("0." + "9".repeat(max))).isInstanceOf(DecodeException.class);
  }

  @Test
  void readsALongText() {
    String text = "x".repeat(25_000_000); // more than the JSON library allows by default
    assertThat(decode("\"" + text + "\"")).isEqualTo(text);
  }

  @Test
  void readsPartOfAPayloadAndChecksTheRest() {
    JsonCodec.TokenReader<Integer> counting =
        parser -> {
          int tokens = 1;
          for (parser.nextToken(); parser.currentToken().isScalarValue(); parser.nextToken()) {
            tokens++;
          }
          return tokens;
        };
    assertThat(codec.read("[1,2]".getBytes(UTF_8), counting)).isEqualTo(3);
    assertThatThrownBy(() -> codec.read("[1,2] 3".getBytes(UTF_8), counting))
        .isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> codec.read("[[1,1x]]".getBytes(UTF_8), JsonParser::skipChildren))
        .isInstanceOf(DecodeException.class);
  }

  @Test
  void writesWhatItReads() {
    for (String json :
        List.of(
            "{\"a\":[1,-2.50,12345678901234567890,true,null,{}],\"\":{\"b\":[]}}",
            "\"\\\"\\n€\"",
            "\"\\uD83D\\uDE00\"", // a surrogate pair, and half of one
            "\"\\uD83D\"")) {
      assertThat(new String(codec.encode(decode(json)), UTF_8)).isEqualTo(json);
    }
    assertThat(codec.encode(7)).isEqualTo(codec.encode(7L));
    assertThat(codec.encode(Collections.singletonMap("a", null)))
        .isEqualTo("{\"a\":null}".getBytes(UTF_8));
  }

  @Test
  void refusesToWriteWhatJsonHasNoPlaceFor() {
    for (Object tree : List.of(new byte[1], 1.0, Map.of(1, 2), List.of(new Object()))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> codec.encode(tree))
          .withMessageStartingWith("format json: ");
    }
  }

  private Object decode(String payload) {
    return codec.decode(payload.getBytes(UTF_8));
  }
}
