package io.penstock.source.file;

import io.penstock.connector.Source;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;

/** The source {@code file}: the lines of files. */
public final class FileSourceProvider implements SourceProvider {

  /** For {@link java.util.ServiceLoader}. */
  public FileSourceProvider() {}

  @Override
  public String type() {
    return "file";
  }

  @Override
  public ConfigSpec spec() {
    return FileSourceConfig.SPEC;
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
