package io.penstock.source.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Makes sources as the server does, on a clock that is moved by hand. */
final class TestSources {

  private TestSources() {}

  static TasksConfig config(Map<String, Object> raw) {
    TasksSourceProvider provider = new TasksSourceProvider();
    Problems problems = new Problems();
    Settings settings = provider.spec().read(raw, "$.source", problems);
    provider.check(settings, problems);
    assertThat(problems.list()).isEmpty();
    return TasksConfig.read(settings);
  }

  static TasksSource make(Map<String, Object> raw, AtomicLong nowMs) {
    return new TasksSource(
        config(raw),
        Path.of("."),
        () -> Instant.ofEpochMilli(nowMs.get()),
        () -> nowMs.get() * 1_000_000);
  }
}
