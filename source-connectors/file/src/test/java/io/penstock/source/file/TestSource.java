package io.penstock.source.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongSupplier;

/** Makes sources as the server does. */
final class TestSource {

  private TestSource() {}

  static FileSource make(Map<String, Object> raw, Path base, LongSupplier monotonicNs) {
    FileSourceProvider provider = new FileSourceProvider();
    Problems problems = new Problems();
    Settings settings = provider.spec().read(raw, "$.source", problems);
    provider.check(settings, problems);
    assertThat(problems.list()).isEmpty();
    return new FileSource(FileSourceConfig.read(settings, base), monotonicNs);
  }
}
