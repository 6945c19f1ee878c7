package io.penstock.source.http;

import io.penstock.connector.Source;
import io.penstock.connector.SourceProvider;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.time.InstantSource;

/** The source {@code http}: events that are sent to {@code POST /sources/CONNECTOR/events}. */
public final class HttpSourceProvider implements SourceProvider {

  /** For {@link java.util.ServiceLoader}. */
  public HttpSourceProvider() {}

  @Override
  public String type() {
    return "http";
  }

  @Override
  public String doc() {
    return "Takes events that are sent to it over HTTP.";
  }

  @Override
  public ConfigSpec spec() {
    return HttpSourceConfig.SPEC;
  }

  @Override
  public void check(Settings settings, Problems problems) {
    HttpSourceConfig.check(settings, problems);
  }

  @Override
  public Source create(Settings settings, Path baseDirectory) {
    return new HttpSource(HttpSourceConfig.read(settings), InstantSource.system());
  }
}
