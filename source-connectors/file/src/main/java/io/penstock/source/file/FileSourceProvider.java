package io.penstock.source.file;

import io.penstock.connector.Source;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The source {@code file}: the lines of files. */
public final class FileSourceProvider implements SourceProvider {

  /** For {@link java.util.ServiceLoader}. */
  public FileSourceProvider() {}

  @Override
  public String type() {
    return "file";
  }

  @Override
  public String doc() {
    return "Reads the lines of files, also while they grow and are rotated.";
  }

  @Override
  public ConfigSpec spec() {
    return FileSourceConfig.SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of("paths", List.of("logs/*.log"));
  }

  @Override
  public void check(Settings settings, Problems problems) {
    FileSourceConfig.check(settings, problems);
  }

  @Override
  public Source create(Settings settings, Path baseDirectory) {
    return new FileSource(FileSourceConfig.read(settings, baseDirectory), System::nanoTime);
  }
}
