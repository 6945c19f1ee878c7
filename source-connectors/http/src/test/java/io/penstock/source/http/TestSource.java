package io.penstock.source.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.HttpRoute;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.time.InstantSource;
import java.util.Map;

/** Makes sources as the server does. */
final class TestSource {

  private TestSource() {}

  static HttpSource make(Map<String, Object> raw) {
    return make(raw, InstantSource.system());
  }

  static HttpSource make(Map<String, Object> raw, InstantSource clock) {
    HttpSourceProvider provider = new HttpSourceProvider();
    Problems problems = new Problems();
    Settings settings = provider.spec().read(raw, "$.source", problems);
    provider.check(settings, problems);
    assertThat(problems.list()).isEmpty();
    return new HttpSource(HttpSourceConfig.read(settings), clock);
  }

  static HttpRoute.Handler route(HttpSource source) {
    assertThat(source.httpRoutes()).hasSize(1);
    return source.httpRoutes().get(0).handler();
  }
}
