package io.penstock.benchmarks.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArmSettingsTest {

  @Test
  void argumentsAreReadAsTheyWereWritten() {
    ArmSettings settings =
        new ArmSettings(
            "127.0.0.1:1",
            "in",
            "out",
            "group",
            Map.of("max.poll.records", "1"),
            Map.of("acks", "all", "linger.ms", "5"),
            Map.of("order", "key"));

    assertThat(ArmSettings.parse(settings.arguments())).isEqualTo(settings);
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArmSettings.parse(List.of("input=in")))
        .withMessageContaining("bootstrapServers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArmSettings.parse(List.of("input")))
        .withMessageContaining("'input'");
  }
}
