package io.penstock.source.tasks;

import io.penstock.connector.Source;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/** The source {@code tasks}: requests that are handed in under {@code /sources/CONNECTOR}. */
public final class TasksSourceProvider implements SourceProvider {

  /** For {@link java.util.ServiceLoader}. */
  public TasksSourceProvider() {}

  @Override
  public String type() {
    return "tasks";
  }

  @Override
  public String doc() {
    return "Takes requests over HTTP, keeps them, and tracks each until it is done.";
  }

  @Override
  public ConfigSpec spec() {
    return TasksConfig.SPEC;
  }

  @Override
  public void check(Settings settings, Problems problems) {
    TasksConfig.check(settings, problems);
  }

  /** Order among tasks is kept before they are handed over, and each can be stopped by itself. */
  @Override
  public Map<String, Object> deliveryDefaults() {
    return Map.of("order", "none", "batch", Map.of("maxEvents", 1L));
  }

  @Override
  public boolean namesRoutes() {
    return true;
  }

  @Override
  public boolean definesRoutes() {
    return true;
  }

  @Override
  public boolean keepsFailures() {
    return true;
  }

  @Override
  public boolean stopsEvents() {
    return true;
  }

  @Override
  public Source create(Settings settings, Path baseDirectory) {
    return new TasksSource(
        TasksConfig.read(settings), baseDirectory, InstantSource.system(), System::nanoTime);
  }
}
