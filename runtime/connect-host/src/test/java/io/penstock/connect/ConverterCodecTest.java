package io.penstock.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A Converter of Kafka Connect as the format of a connector. */
class ConverterCodecTest {

  private static Codec codec(String converter, Map<String, Object> properties) {
    ConverterCodecProvider provider = new ConverterCodecProvider();
    Problems problems = new Problems();
    Settings settings =
        provider
            .spec()
            .read(Map.of("converter", converter, "properties", properties), "$.format", problems);
    assertThat(problems.list()).isEmpty();
    return provider.create(settings, TestPlugins.folder());
  }

  @Test
  void readsWhatHasASchema() {
    String json =
        """
        {"schema": {"type": "struct", "fields": [
            {"field": "id", "type": "int32"}, {"field": "price", "type": "double"},
            {"field": "tags", "type": "array", "items": {"type": "string"}},
            {"field": "note", "type": "string", "optional": true},
            {"field": "raw", "type": "bytes"}]},
         "payload": {"id": 7, "price": 1.5, "tags": ["a"], "note": null, "raw": "AQI="}}
        """;
    Object tree =
        codec("org.apache.kafka.connect.json.JsonConverter", Map.of("schemas.enable", true))
            .decode(json.getBytes(UTF_8));
    assertThat(tree).isInstanceOf(Map.class);
    Map<?, ?> map = (Map<?, ?>) tree;
    assertThat(map.get("id")).isEqualTo(7L);
    assertThat(map.get("price")).isEqualTo(new BigDecimal("1.5"));
    assertThat(map.get("tags")).isEqualTo(List.of("a"));
    assertThat(map.containsKey("note")).isTrue();
    assertThat((byte[]) map.get("raw")).isEqualTo(new byte[] {1, 2});
  }

  @Test
  void writesWhatItReads() {
    Codec codec = codec("org.apache.kafka.connect.json.JsonConverter", Map.of());
    Object tree = Map.of("a", Arrays.asList(1L, "x", true, null), "b", Map.of("c", 2L));
    assertThat(codec.decode(codec.encode(tree))).isEqualTo(tree);
    assertThat(codec.mediaType()).isEqualTo("application/json");
    assertThat(codec("Long", Map.of()).mediaType()).isEqualTo("application/octet-stream");
    assertThat(codec("Long", Map.of()).decode(new byte[] {0, 0, 0, 0, 0, 0, 1, 0})).isEqualTo(256L);
  }

  @Test
  void tellsWhatItCanNotRead() {
    assertThatThrownBy(() -> codec("Long", Map.of()).decode(new byte[] {1}))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("Long can't read the payload");
    assertThatThrownBy(() -> codec("Long", Map.of()).encode("text"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> codec("NoSuch", Map.of()).decode(new byte[0]))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("there is no converter 'NoSuch'");
  }
}
