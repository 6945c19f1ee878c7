package io.penstock.connect.plugin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.SourceConnector;

/** Reads the lists of a board, one list a task, and watches its host. */
public final class StrictSourceConnector extends SourceConnector {

  private Guard guard;
  private Board board;
  private Map<String, String> config;

  @Override
  public Config validate(Map<String, String> properties) {
    open(properties);
    return guard.in("validate", () -> super.validate(properties));
  }

  private void open(Map<String, String> properties) {
    config = properties;
    board = Board.of(properties.get("board"));
    if (guard == null) {
      guard = new Guard(board, "connector");
    }
  }

  @Override
  public void start(Map<String, String> properties) {
    open(properties);
    guard.in(
        "start",
        () -> {
          if (context() == null || context().offsetStorageReader() == null) {
            guard.violation("start without a context");
          }
          board.values().put("context", "there");
          Contexts.put(properties.get("board"), context());
          return null;
        });
  }

  @Override
  public Class<? extends Task> taskClass() {
    return guard.in("taskClass", () -> StrictSourceTask.class);
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return guard.in(
        "taskConfigs",
        () -> {
          int tasks =
              Integer.parseInt(board.values().getOrDefault("tasks", String.valueOf(maxTasks)));
          List<Map<String, String>> configs = new ArrayList<>();
          for (int i = 0; i < tasks; i++) {
            Map<String, String> own = new HashMap<>(config);
            own.put("list", String.valueOf(i));
            configs.add(own);
          }
          return configs;
        });
  }

  @Override
  public void stop() {
    guard.in("stop", () -> null);
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef()
        .define("board", ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "The board.")
        .define(
            "token",
            ConfigDef.Type.PASSWORD,
            null,
            ConfigDef.Importance.LOW,
            "A secret that nobody needs.")
        .define(
            "batch",
            ConfigDef.Type.INT,
            100,
            ConfigDef.Range.between(1, 100_000),
            ConfigDef.Importance.MEDIUM,
            "How many records a poll brings.");
  }

  @Override
  public String version() {
    return "1.2.3";
  }
}
