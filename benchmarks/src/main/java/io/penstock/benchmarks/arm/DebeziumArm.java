package io.penstock.benchmarks.arm;

import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.format.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's own engine, with changes as JSON. Option {@code as}: {@code count} has a handler that does
 * nothing but count; {@code http} does what the http sink of Debezium Server does: one request a change,
 * each waited for before the next.
 */
public final class DebeziumArm implements Arm {

  private @Nullable DebeziumEngine<ChangeEvent<String, String>> engine;
  private @Nullable ExecutorService thread;

  /** For {@link ArmMain}. */
  public DebeziumArm() {}

  @Override
  public void start(ArmSettings settings) {
    DebeziumEngine.Builder<ChangeEvent<String, String>> builder =
        DebeziumEngine.create(Json.class)
            .using(properties(settings))
            .using(
                (success, message, failure) -> {
                  if (!success) {
                    throw new IllegalStateException(message, failure);
                  }
                });
    if ("http".equals(settings.options().get("as"))) {
      builder.notifying(new Posting(settings.output()));
    } else {
      EventCounter counter = EventCounter.open(Path.of(settings.output()));
      builder.notifying(change -> counter.add());
    }
    DebeziumEngine<ChangeEvent<String, String>> made = builder.build();
    engine = made;
    thread = Executors.newSingleThreadExecutor();
    thread.execute(made);
  }

  private static Properties properties(ArmSettings settings) {
    Properties properties = new Properties();
    properties.put("name", "bare");
    properties.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    properties.put("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    // Demanded by Kafka Connect's own settings; nobody connects to it.
    properties.put("bootstrap.servers", "localhost:1");
    properties.put("converter.schemas.enable", "false");
    properties.put("topic.prefix", "bare");
    String[] address = settings.bootstrapServers().split(":", -1);
    properties.put("database.hostname", address[0]);
    properties.put("database.port", address[1]);
    properties.put("database.dbname", settings.options().get("database"));
    properties.put("database.user", settings.options().get("user"));
    properties.put("database.password", settings.options().get("user"));
    properties.put("table.include.list", settings.input().replace(".", "\\."));
    properties.put("snapshot.mode", "no_data");
    properties.put("plugin.name", "pgoutput");
    properties.put("slot.name", settings.group());
    properties.put("publication.name", settings.group());
    properties.put("publication.autocreate.mode", "filtered");
    properties.put("tombstones.on.delete", "false");
    properties.put("poll.interval.ms", "50");
    return properties;
  }

  /** Posts change by change. */
  private static final class Posting
      implements DebeziumEngine.ChangeConsumer<ChangeEvent<String, String>> {

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI target;
    private long number;

    Posting(String url) {
      this.target = URI.create(url);
    }

    @Override
    public void handleBatch(
        List<ChangeEvent<String, String>> changes,
        RecordCommitter<ChangeEvent<String, String>> committer)
        throws InterruptedException {
      for (ChangeEvent<String, String> change : changes) {
        HttpRequest request =
            HttpRequest.newBuilder(target)
                .header("content-type", "application/json")
                .header("ce-id", "bare/0/" + number++)
                .POST(HttpRequest.BodyPublishers.ofString(change.value()))
                .build();
        try {
          HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
          if (answer.statusCode() >= 300) {
            throw new IllegalStateException("status " + answer.statusCode());
          }
        } catch (IOException e) {
          throw new IllegalStateException("A request failed.", e);
        }
        committer.markProcessed(change);
      }
      committer.markBatchFinished();
    }
  }

  @Override
  public void close() throws Exception {
    if (engine != null) {
      engine.close();
    }
    if (thread != null) {
      thread.shutdown();
      if (!thread.awaitTermination(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("The engine did not end.");
      }
    }
  }
}
