package io.penstock.source.cdc;

import io.penstock.connect.ConnectSource;
import io.penstock.connector.ServerAddress;
import io.penstock.connector.Source;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The source {@code cdc}: rows that change in a database, as events. */
public final class CdcSourceProvider implements SourceProvider {

  /** For the service loader. */
  public CdcSourceProvider() {}

  @Override
  public String type() {
    return "cdc";
  }

  @Override
  public String doc() {
    return "Reads the changes of a database's rows from its log (Debezium); no Kafka is needed.";
  }

  @Override
  public ConfigSpec spec() {
    return CdcConfig.SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of(
        "host", "localhost",
        "database", "shop",
        "user", "penstock",
        "password", "${env:DB_PASSWORD:-secret}",
        "tables", List.of("public.orders"));
  }

  @Override
  public List<ServerAddress> servers(Settings settings) {
    CdcConfig config = CdcConfig.read(settings);
    return List.of(new ServerAddress(config.host(), config.port()));
  }

  @Override
  public void check(Settings settings, Problems problems) {
    CdcConfig.check(settings, problems);
  }

  @Override
  public Source create(Settings settings, Path baseDirectory) {
    CdcConfig config = CdcConfig.read(settings);
    Database database = new Database(config);
    SnapshotMeter meter = new SnapshotMeter(config.tables(), database::rows, System::nanoTime);
    return new ConnectSource(
        config.plugin(baseDirectory), new DebeziumParts(config, database, meter));
  }
}
