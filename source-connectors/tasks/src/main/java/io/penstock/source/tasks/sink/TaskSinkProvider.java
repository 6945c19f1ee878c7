package io.penstock.source.tasks.sink;

import io.penstock.connector.Sink;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Makes sinks of type {@code task}; found by {@link java.util.ServiceLoader}. */
public final class TaskSinkProvider implements SinkProvider {

  static final ConfigKey<String> FUNCTION =
      ConfigKey.text("function")
          .required()
          .doc("What the task is for: NAME, NAME:ALIAS or NAME@VERSION, as in a request.");

  static final ConfigKey<String> CONNECTOR =
      ConfigKey.text("connector")
          .doc(
              "The connector of this worker whose source is tasks. By default the sink's own, where"
                  + " it is one.");

  static final ConfigKey<String> ACCOUNT =
      ConfigKey.text("account")
          .doc(
              "Whose the task is. By default that of the task it comes from; of an event that was"
                  + " no task of this connector, 'default'.");

  static final ConfigKey<Long> PRIORITY =
      ConfigKey.integer("priority").defaultsTo(0L).between(-100L, 100L).doc("Higher comes first.");

  static final ConfigKey<Duration> DELAY =
      ConfigKey.duration("delay")
          .defaultsTo(Duration.ZERO)
          .doc("The task does not begin before this time has passed.");

  static final ConfigKey<Long> MAX_HOPS =
      ConfigKey.integer("maxHops")
          .defaultsTo(16L)
          .between(1L, 1_000L)
          .doc(
              "An event that so many sinks have handed on already, one function after another, is"
                  + " refused: it goes in a circle.");

  private static final ConfigSpec SPEC =
      ConfigSpec.of(FUNCTION, CONNECTOR, ACCOUNT, PRIORITY, DELAY, MAX_HOPS);

  /** For {@link java.util.ServiceLoader}. */
  public TaskSinkProvider() {}

  @Override
  public String type() {
    return "task";
  }

  @Override
  public String doc() {
    return "Hands each event in as a task of another function.";
  }

  @Override
  public ConfigSpec spec() {
    return SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of("connector", "jobs", "function", "report");
  }

  @Override
  public Sink create(Settings settings, Path baseDirectory) {
    return new TaskSink(settings);
  }

  @Override
  public String destination(Settings settings) {
    return "tasks "
        + settings.find(CONNECTOR).orElse("of the same connector")
        + "/"
        + settings.get(FUNCTION);
  }
}
