package io.penstock.source.cdc;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.ServerAddress;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CdcConfigTest {

  private final CdcSourceProvider provider = new CdcSourceProvider();
  private final Problems problems = new Problems();

  private Settings settings(Map<String, Object> more) {
    Map<String, Object> raw = new HashMap<>();
    raw.put("database", "shop");
    raw.put("user", "reader");
    raw.put("tables", List.of("shop.orders"));
    raw.putAll(more);
    Settings settings = provider.spec().read(raw, "$.source", problems);
    provider.check(settings, problems);
    return settings;
  }

  @Test
  void defaultsFollowTheKindOfTheDatabase() {
    CdcConfig postgres = CdcConfig.read(settings(Map.of()));
    assertThat(postgres.properties())
        .containsEntry("slot.name", "penstock")
        .containsEntry("publication.name", "penstock")
        .doesNotContainKey("schema.history.internal");
    Settings settings = settings(Map.of("kind", "mariadb"));
    assertThat(CdcConfig.read(settings).properties())
        .containsEntry("database.port", "3306")
        .containsEntry("database.include.list", "shop")
        .containsEntry("table.include.list", "shop\\.orders")
        .doesNotContainKey("slot.name");
    assertThat(provider.servers(settings)).containsExactly(new ServerAddress("localhost", 3306));
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void whatOnlyPostgresHasIsNoSettingOfOthers() {
    settings(
        Map.of(
            "kind", "mysql", "slot", "mine", "publication", "Mine", "tables", List.of("orders")));
    assertThat(problems.list())
        .extracting(Problem::path)
        .containsExactly("$.source.tables", "$.source.slot", "$.source.publication");
  }

  @Test
  void nativePropertiesWin() {
    assertThat(
            CdcConfig.read(
                    settings(Map.of("properties", Map.of("snapshot.mode", "recovery", "a", "b"))))
                .properties())
        .containsEntry("snapshot.mode", "recovery")
        .containsEntry("a", "b");
  }
}
