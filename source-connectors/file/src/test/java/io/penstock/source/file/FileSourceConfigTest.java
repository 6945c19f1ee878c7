package io.penstock.source.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.ByteSize;
import io.penstock.connector.config.Problem;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class FileSourceConfigTest {

  private static final Path BASE = Path.of("/etc/penstock");

  private final FileSourceProvider provider = new FileSourceProvider();
  private final Problems problems = new Problems();

  private Settings read(Map<String, Object> raw) {
    Settings settings = provider.spec().read(raw, "$.source", problems);
    if (problems.isEmpty()) {
      provider.check(settings, problems);
    }
    return settings;
  }

  private FileSourceConfig valid(Map<String, Object> raw) {
    Settings settings = read(raw);
    assertThat(problems.list()).isEmpty();
    assertThat(provider.create(settings, BASE)).isInstanceOf(FileSource.class);
    return FileSourceConfig.read(settings, BASE);
  }

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(SourceProvider.class))
        .anySatisfy(found -> assertThat(found.type()).isEqualTo("file"));
  }

  @Test
  void needsNothingButPaths() {
    FileSourceConfig config = valid(Map.of("paths", "app.log"));
    assertThat(config.patterns().paths()).containsExactly(BASE.resolve("app.log"));
    assertThat(config.lines()).isEqualTo(LineFormat.TEXT);
    assertThat(config.follow()).isTrue();
    assertThat(config.maxLineBytes()).isEqualTo(ByteSize.ofMiB(1));
    assertThat(config.maxFiles()).isEqualTo(1_000);
    assertThat(config.rotateWait()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.discoverEvery()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.laneName(BASE.resolve("in/app.log"))).isEqualTo("in/app.log");
    assertThat(config.laneName(Path.of("/var/log/app.log"))).isEqualTo("/var/log/app.log");
  }

  @Test
  void takesEveryKey() {
    FileSourceConfig config =
        valid(
            Map.of(
                "paths", List.of("/var/log/app.log", "in/*.jsonl"),
                "lines", "event",
                "follow", false,
                "maxLineBytes", "64KiB",
                "maxFiles", 5L,
                "rotateWait", "0ms",
                "discoverEvery", "1m"));
    assertThat(config.patterns()).hasToString("/var/log/app.log, in/*.jsonl");
    assertThat(config.lines()).isEqualTo(LineFormat.EVENT);
    assertThat(config.follow()).isFalse();
    assertThat(config.maxLineBytes()).isEqualTo(ByteSize.ofKiB(64));
    assertThat(config.maxFiles()).isEqualTo(5);
    assertThat(config.rotateWait()).isZero();
    assertThat(config.discoverEvery()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void refusesPatternsThatAreNone() {
    read(Map.of("paths", List.of("app.log", "in/[", "a\0b")));
    assertThat(problems.list())
        .extracting(Problem::path)
        .containsExactly("$.source.paths[1]", "$.source.paths[2]");
  }

  @Test
  void refusesValuesOutOfRange() {
    read(Map.of("maxLineBytes", "1B", "maxFiles", 0L, "rotateWait", "2h", "lines", "csv"));
    assertThat(problems.list())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "$.source.paths",
            "$.source.maxLineBytes",
            "$.source.maxFiles",
            "$.source.rotateWait",
            "$.source.lines");
  }
}
