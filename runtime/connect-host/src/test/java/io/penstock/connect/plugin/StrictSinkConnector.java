package io.penstock.connect.plugin;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/** Writes to a board, and watches its host. */
public final class StrictSinkConnector extends SinkConnector {

  private Guard guard;
  private Map<String, String> config;

  @Override
  public void start(Map<String, String> properties) {
    config = properties;
    guard = new Guard(Board.of(properties.get("board")), "connector");
    guard.in("start", () -> null);
  }

  @Override
  public Class<? extends Task> taskClass() {
    return StrictSinkTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return guard.in("taskConfigs", () -> List.of(config));
  }

  @Override
  public void stop() {
    guard.in("stop", () -> null);
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef()
        .define("board", ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "The board.");
  }

  @Override
  public String version() {
    return "1.2.3";
  }
}
