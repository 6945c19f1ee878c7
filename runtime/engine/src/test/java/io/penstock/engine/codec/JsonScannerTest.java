package io.penstock.engine.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.DecodeException;
import io.penstock.engine.Seeds;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScannerTest {

  private static final JsonCodec JACKSON = new JsonCodec();

  @Test
  void readsWhatJacksonReadsAndRefusesWhatItRefuses() {
    int[] valid = new int[2];
    Seeds.each(
        100_000,
        random -> {
          byte[] payload = payload(random);
          Object tree = null;
          boolean refused = false;
          try {
            tree = JACKSON.decode(payload);
          } catch (DecodeException e) { // anything else fails the test
            refused = true;
          }
          String shown = new String(payload, UTF_8);
          if (!refused) {
            assertThat(plain(read(payload))).as(shown).isEqualTo(plain(tree));
            skip(payload);
            valid[0]++;
          } else if (!shown.contains("\\ud")) { // Jackson refuses halves of surrogate pairs in keys
            assertThat(refuses(JsonScannerTest::read, payload)).as(shown).isTrue();
            assertThat(refuses(JsonScannerTest::skip, payload) || mayPass(payload))
                .as(shown)
                .isTrue();
            valid[1]++;
          }
        });
    assertThat(valid[0]).isGreaterThan(10_000);
    assertThat(valid[1]).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "[1 2]",
        "\"a",
        "\"a\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\t\"",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "--1",
        "0x1",
        "NaN",
        "tru",
        "nul",
        "truex",
        "1x",
        "1 1",
        "{} {}",
        "]",
        "}",
        ",",
        ":",
        "[}",
        "{]",
        "'a'",
        "// c\n1",
        "\u00a01"
      })
  void refusesWhatIsNotJson(String text) {
    byte[] payload = text.getBytes(UTF_8);
    assertThatThrownBy(() -> skip(payload))
        .isInstanceOf(DecodeException.class)
        .hasMessageStartingWith("payload of " + payload.length + " bytes")
        .hasMessageContaining("expected JSON");
    assertThatThrownBy(() -> read(payload)).isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> JACKSON.decode(payload)).isInstanceOf(DecodeException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "c0 80",
    "c1 bf",
    "e0 9f bf",
    "ed a0 80",
    "ed bf bf",
    "f0 8f bf bf",
    "f4 90 80 80",
    "f5 80 80 80",
    "80",
    "bf",
    "ff",
    "c3",
    "c3 28",
    "e2 82",
    "e2 28 a1",
    "f0 9f 98",
    "f0 9f 28 80"
  })
  void refusesWhatIsNotUtf8(String bytes) {
    byte[] wrong = bytes(bytes);
    for (String padding : List.of("", "1234567", "12345678", "123456789")) {
      byte[] payload = concat(("\"" + padding).getBytes(UTF_8), wrong, "\"".getBytes(UTF_8));
      assertThat(isUtf8(payload)).isFalse();
      assertThatThrownBy(() -> skip(payload)).isInstanceOf(DecodeException.class);
      assertThatThrownBy(() -> JACKSON.decode(payload)).isInstanceOf(DecodeException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void refusesOtherEncodings(String charset) {
    for (String text : List.of("7", "{\"a\":1}")) {
      byte[] payload = text.getBytes(Charset.forName(charset));
      assertThatThrownBy(() -> skip(payload)).isInstanceOf(DecodeException.class);
      assertThatThrownBy(() -> JACKSON.decode(payload)).isInstanceOf(DecodeException.class);
    }
  }

  @Test
  void takesTheEdgesOfUtf8AndAByteOrderMark() {
    for (String edge :
        List.of(
            "\u0080",
            "\u07ff",
            "\u0800",
            "\ud7ff",
            "\ue000",
            "\uffff",
            "\ud800\udc00",
            "\udbff\udfff")) {
      for (String padding : List.of("", "1234567", "12345678")) {
        String text = padding + edge;
        assertThat(read(("\"" + text + "\"").getBytes(UTF_8))).isEqualTo(text);
      }
    }
    assertThat(read("\ufeff {\"a\": 1}".getBytes(UTF_8))).isEqualTo(Map.of("a", new BigDecimal(1)));
  }

  @Test
  void nestsAsDeepAsTheCodec() {
    byte[] deepest =
        ("[".repeat(JsonCodec.MAX_DEPTH) + "]".repeat(JsonCodec.MAX_DEPTH)).getBytes(UTF_8);
    skip(deepest);
    read(deepest);
    byte[] deeper = concat("[".getBytes(UTF_8), deepest, "]".getBytes(UTF_8));
    assertThatThrownBy(() -> skip(deeper)).hasMessageContaining("nested deeper than 500 levels");
    assertThatThrownBy(() -> read(deeper)).hasMessageContaining("nested deeper than 500 levels");
    // Not by what was read before, but by what is open.
    skip(("[" + "[],{\"a\":[]},".repeat(JsonCodec.MAX_DEPTH) + "1]").getBytes(UTF_8));
  }

  @Test
  void readsNumbersUpToALimit() {
    assertThat(number("1".repeat(1000))).isEqualTo(new BigDecimal("1".repeat(1000)));
    assertThatThrownBy(() -> number("1".repeat(1001))).hasMessageContaining("1001 characters");
    assertThatThrownBy(() -> number("1e99999999999"))
        .hasMessageContaining("exponent beyond 32 bits");
    skip("1e99999999999".getBytes(UTF_8)); // nobody asked what it is
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0", "-0", "0.0", "-0.00", "7", "-7", "123456789012345678", "-12345678901234567",
            "1234567890123456789",
        "12345678.123456789", "0.1", "-0.1", "99.95", "1e3", "1E+3", "1.5e-3", "-1e-400",
            "9223372036854775808"
      })
  void readsNumbersExactly(String number) {
    assertThat(number(number)).isEqualByComparingTo(new BigDecimal(number));
    assertThat(number(" " + number + " ")).isEqualByComparingTo(new BigDecimal(number));
  }

  private static BigDecimal number(String json) {
    JsonScanner in = new JsonScanner(json.getBytes(UTF_8));
    BigDecimal number = in.readNumber();
    in.end();
    return number;
  }

  // ---- the two ways through a payload

  private static void skip(byte[] payload) {
    JsonScanner in = new JsonScanner(payload);
    in.skip();
    in.end();
  }

  private static Object read(byte[] payload) {
    JsonScanner in = new JsonScanner(payload);
    Object tree = read(in, payload);
    in.end();
    return tree;
  }

  private static Object read(JsonScanner in, byte[] payload) {
    switch (in.first()) {
      case '{' -> {
        Map<String, Object> object = new LinkedHashMap<>();
        if (in.openObject()) {
          do {
            in.readKey();
            String key = in.text();
            if (object.containsKey(key)) {
              throw new DecodeException("twice");
            }
            object.put(key, null);
            object.put(key, read(in, payload));
          } while (in.nextInObject());
        }
        return object;
      }
      case '[' -> {
        List<Object> array = new ArrayList<>();
        if (in.openArray()) {
          do {
            array.add(read(in, payload));
          } while (in.nextInArray());
        }
        return array;
      }
      case '"' -> {
        in.readText();
        String text = in.text();
        boolean whole = UTF_8.newEncoder().canEncode(text);
        assertThat(in.textIs(text.getBytes(UTF_8))).isEqualTo(whole && !in.isTextEscaped());
        return text;
      }
      case 't', 'f', 'n' -> {
        int from = in.position();
        in.skip();
        String word = new String(payload, from, in.position() - from, UTF_8);
        return word.equals("null") ? null : (Object) Boolean.valueOf(word);
      }
      default -> {
        return in.readNumber();
      }
    }
  }

  private static boolean refuses(Consumer<byte[]> reading, byte[] payload) {
    try {
      reading.accept(payload);
      return false;
    } catch (DecodeException e) { // anything else fails the test
      return true;
    }
  }

  /** A tree in which numbers are alike however they are written. */
  private static Object plain(Object tree) {
    if (tree instanceof Map<?, ?> object) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      object.forEach((key, value) -> copy.put(key, plain(value)));
      return copy;
    }
    if (tree instanceof List<?> array) {
      List<Object> copy = new ArrayList<>();
      array.forEach(value -> copy.add(plain(value)));
      return copy;
    }
    if (tree instanceof Number number) {
      BigDecimal decimal =
          number instanceof BigInteger whole
              ? new BigDecimal(whole)
              : new BigDecimal(number.toString());
      return decimal.signum() == 0 ? BigDecimal.ZERO : decimal.stripTrailingZeros();
    }
    return tree;
  }

  private static boolean isUtf8(byte[] payload) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** What passing over does not see: a key given twice, and a number too large to be read. */
  private static boolean mayPass(byte[] payload) {
    try {
      read(payload);
      return false;
    } catch (DecodeException e) {
      return e.getMessage().equals("twice") || e.getMessage().contains("exponent");
    }
  }

  // ---- random payloads, some of them broken

  private static byte[] payload(SplittableRandom random) {
    StringBuilder json = new StringBuilder();
    write(json, random, 0);
    byte[] payload = json.toString().getBytes(UTF_8);
    for (int i = random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(payload.length);
      switch (random.nextInt(3)) {
        case 0 -> payload[at] = (byte) random.nextInt(256);
        case 1 -> payload[at] = payload[random.nextInt(payload.length)];
        default -> payload = Arrays.copyOf(payload, Math.max(1, at));
      }
    }
    return payload;
  }

  private static void write(StringBuilder json, SplittableRandom random, int level) {
    space(json, random);
    switch (random.nextInt(level > 4 ? 5 : 8)) {
      case 0 -> json.append(pick(random, "true", "false", "null"));
      case 1, 2 ->
          json.append(
              pick(random, "0", "-1", "12.50", "1e3", "-0.0", "1E-7", "12345678901234567890", "7"));
      case 3, 4 -> text(json, random);
      case 5 -> {
        json.append('[');
        for (int i = random.nextInt(4); i > 0; i--) {
          write(json, random, level + 1);
          json.append(i > 1 ? "," : "");
        }
        json.append(']');
      }
      default -> {
        json.append('{');
        for (int i = random.nextInt(5); i > 0; i--) {
          space(json, random);
          text(json, random);
          space(json, random);
          json.append(':');
          write(json, random, level + 1);
          json.append(i > 1 ? "," : "");
        }
        json.append('}');
      }
    }
    space(json, random);
  }

  private static void text(StringBuilder json, SplittableRandom random) {
    json.append('"');
    for (int i = random.nextInt(6); i > 0; i--) {
      json.append(
          pick(
              random,
              "a",
              "bc",
              "12345678",
              "  ",
              "\u00e9",
              "\u20ac",
              "\ud83d\ude00",
              "\\n",
              "\\\"",
              "\\\\",
              "\\/",
              "\\u00e9",
              "\\ud83d",
              "\\ude00",
              "\\b\\f\\r\\t",
              "{",
              "}",
              "[",
              "]",
              ",",
              ":",
              "\u007f"));
    }
    json.append('"');
  }

  private static void space(StringBuilder json, SplittableRandom random) {
    if (random.nextInt(6) == 0) {
      json.append(pick(random, " ", "\n", "\t", "\r\n", "  "));
    }
  }

  private static String pick(SplittableRandom random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static byte[] bytes(String hex) {
    String[] parts = hex.split(" ");
    byte[] bytes = new byte[parts.length];
    for (int i = 0; i < parts.length; i++) {
      bytes[i] = (byte) Integer.parseInt(parts[i], 16);
    }
    return bytes;
  }

  private static byte[] concat(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(1 << 16);
    for (byte[] part : parts) {
      all.put(part);
    }
    return Arrays.copyOf(all.array(), all.position());
  }
}
