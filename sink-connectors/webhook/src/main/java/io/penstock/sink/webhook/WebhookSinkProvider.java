package io.penstock.sink.webhook;

import io.penstock.connector.ServerAddress;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkProvider;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import io.penstock.httpclient.HttpSettings;
import io.penstock.httpclient.HttpTarget;
import io.penstock.httpclient.cloudevents.EventMode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Makes sinks of type {@code webhook}; found by {@link java.util.ServiceLoader}. */
public final class WebhookSinkProvider implements SinkProvider {

  static final ConfigKey<EventMode> MODE =
      ConfigKey.choice("mode", EventMode.class)
          .defaultsTo(EventMode.BINARY)
          .doc(
              "How events become requests: binary (CloudEvents, attributes as headers), structured"
                  + " (CloudEvents, one JSON document), plain (the payload alone, which transform"
                  + " shapes): one event a request; batched (CloudEvents, an array).");

  static final ConfigKey<Long> MAX_EVENTS =
      ConfigKey.integer("maxEvents")
          .between(1L, 10_000L)
          .doc("For batched: how many events a request has at most; default 100.");

  static final ConfigKey<List<String>> SECRET =
      ConfigKey.texts("secret")
          .secret()
          .doc(
              "Signs requests as Standard Webhooks does: whsec_ and the Base64 of 24 to 64 bytes; a"
                  + " list of them signs with each, so that receivers can change over.");

  static final ConfigKey<Duration> TIMEOUT =
      ConfigKey.duration("timeout")
          .defaultsTo(Duration.ofSeconds(30))
          .between(Duration.ofMillis(1), Duration.ofHours(1))
          .doc("How long a request may take, from connecting to the end of the answer.");

  private static final long DEFAULT_MAX_EVENTS = 100;

  private static final ConfigSpec SPEC =
      HttpSettings.SPEC.with(ConfigSpec.of(MODE, MAX_EVENTS, SECRET, TIMEOUT));

  /** For the service loader. */
  public WebhookSinkProvider() {}

  @Override
  public String type() {
    return "webhook";
  }

  @Override
  public String doc() {
    return "Sends events to an HTTP endpoint.";
  }

  @Override
  public ConfigSpec spec() {
    return SPEC;
  }

  @Override
  public Map<String, Object> example() {
    return Map.of("url", "http://localhost:9000/hook");
  }

  @Override
  public List<ServerAddress> servers(Settings settings) {
    HttpTarget target = HttpSettings.target(settings);
    return List.of(new ServerAddress(target.host(), target.port()));
  }

  @Override
  public void check(Settings settings, Problems problems) {
    HttpSettings.check(settings, problems);
    if (settings.find(MAX_EVENTS).isPresent() && !settings.get(MODE).takesMany()) {
      problems.add(
          settings.path() + ".maxEvents",
          "maxEvents where a request has one event",
          "\"mode\": \"batched\" with it");
    }
    List<String> secrets = settings.find(SECRET).orElse(List.of());
    for (int i = 0; i < secrets.size(); i++) {
      if (!Signer.isSecret(secrets.get(i))) {
        problems.add(
            settings.path() + ".secret" + (secrets.size() == 1 ? "" : "[" + i + "]"),
            "a value that is not shown",
            "whsec_ and the Base64 of 24 to 64 bytes",
            "make one with: echo whsec_$(openssl rand -base64 32)");
      }
    }
  }

  @Override
  public Sink create(Settings settings, Path baseDirectory) {
    EventMode mode = settings.get(MODE);
    WebhookSink.Plan plan =
        new WebhookSink.Plan(
            mode,
            mode.takesMany()
                ? Math.toIntExact(settings.find(MAX_EVENTS).orElse(DEFAULT_MAX_EVENTS))
                : 1,
            settings.get(TIMEOUT));
    return new WebhookSink(
        HttpSettings.read(settings, baseDirectory),
        plan,
        new Signer(settings.find(SECRET).orElse(List.of())),
        Clock.systemUTC());
  }

  /** The host: all that goes there shares a limit. */
  @Override
  public String destination(Settings settings) {
    return HttpSettings.target(settings).origin();
  }
}
