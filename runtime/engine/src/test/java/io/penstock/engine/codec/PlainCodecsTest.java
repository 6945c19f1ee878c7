package io.penstock.engine.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The formats text and bytes, and how all formats are found. */
class PlainCodecsTest {

  @Test
  void formatsAreFoundByTheServiceLoader() {
    Map<String, String> mediaTypes =
        ServiceLoader.load(Codec.class).stream()
            .map(ServiceLoader.Provider::get)
            .collect(Collectors.toMap(Codec::format, Codec::mediaType));
    assertThat(mediaTypes)
        .containsEntry("json", "application/json")
        .containsEntry("text", "text/plain")
        .containsEntry("bytes", "application/octet-stream");
  }

  @Test
  void textIsUtf8BothWays() {
    TextCodec codec = new TextCodec();
    for (String text : List.of("", "plain", "ü€😀\u0000\ufeff")) {
      assertThat(codec.encode(text)).isEqualTo(text.getBytes(UTF_8));
      assertThat(codec.decode(text.getBytes(UTF_8))).isEqualTo(text);
    }
  }

  @Test
  void textReplacesNothingSilently() {
    TextCodec codec = new TextCodec();
    byte[] latin1 = {'a', 'b', (byte) 0xfc, 'c'};
    byte[] cutShort = {'a', (byte) 0xe2, (byte) 0x82};
    byte[] overlong = {(byte) 0xc0, (byte) 0x80};
    byte[] surrogate = {(byte) 0xed, (byte) 0xa0, (byte) 0x80};
    assertThatThrownBy(() -> codec.decode(latin1))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("4 bytes")
        .hasMessageContaining("byte 2");
    for (byte[] payload : List.of(cutShort, overlong, surrogate)) {
      assertThatThrownBy(() -> codec.decode(payload)).isInstanceOf(DecodeException.class);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> codec.encode("\ud800"));
  }

  @Test
  void bytesStayTheSameArray() {
    BytesCodec codec = new BytesCodec();
    byte[] payload = {1, 2};
    assertThat(codec.decode(payload)).isSameAs(payload);
    assertThat(codec.encode(payload)).isSameAs(payload);
  }

  @Test
  void refuseWhatTheyHaveNoPlaceFor() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TextCodec().encode(1L))
        .withMessage("format text: expected a text, not Long");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BytesCodec().encode(null))
        .withMessage("format bytes: expected bytes, not null");
  }
}
