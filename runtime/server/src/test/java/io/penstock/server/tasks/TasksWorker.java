package io.penstock.server.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.Failpoints;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.server.config.ConfigLoader;
import io.penstock.server.config.Plugins;
import io.penstock.server.http.HttpAddress;
import io.penstock.server.worker.Worker;
import io.penstock.server.worker.WorkerStartException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A worker with one connector whose source is tasks, and a client of it. */
final class TasksWorker implements AutoCloseable {

  /** An answer. */
  record Answer(int status, String body) {
    Map<?, ?> tree() {
      return (Map<?, ?>) new JsonCodec().decode(body.getBytes(UTF_8));
    }
  }

  private final HttpClient client = HttpClient.newHttpClient();
  private final Worker worker;

  private TasksWorker(Worker worker) {
    this.worker = worker;
  }

  /** Starts one; {@code more} follows the source in the connector's file. */
  static TasksWorker start(Path folder, String more) throws IOException, WorkerStartException {
    Path file = folder.resolve("jobs.json");
    Files.writeString(
        file,
        "{\"apiVersion\":\"penstock/v1\",\"name\":\"jobs\",\"source\":{\"type\":\"tasks\"}"
            + more
            + "}");
    ConfigLoader.Loaded loaded =
        new ConfigLoader(Plugins.load(), name -> null).load(java.util.List.of(file));
    if (!loaded.problems().isEmpty()) {
      throw new AssertionError(loaded.problems().toString());
    }
    return new TasksWorker(
        Worker.start(
            new Worker.Options(
                loaded.connectors(),
                folder.resolve("data"),
                Optional.empty(),
                new HttpAddress(HttpAddress.LOOPBACK, 0),
                "test",
                Failpoints.NONE)));
  }

  String url() {
    return "http://" + worker.address();
  }

  CompletableFuture<Answer> begin(
      String method, String path, byte[] body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url() + "/sources/jobs" + path))
            .timeout(Duration.ofSeconds(60))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return client
        .sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
        .thenApply(response -> new Answer(response.statusCode(), response.body()));
  }

  Answer ask(String method, String path, String body, Map<String, String> headers) {
    return begin(method, path, body.getBytes(UTF_8), headers).join();
  }

  Answer ask(String method, String path, String body) {
    return ask(method, path, body, Map.of());
  }

  /** Asks for what must be granted. */
  Map<?, ?> good(String method, String path, String body) {
    Answer answer = ask(method, path, body);
    if (answer.status() >= 300) {
      throw new AssertionError(method + " " + path + ": " + answer);
    }
    return answer.tree();
  }

  @Override
  public void close() {
    worker.stop(Duration.ofSeconds(2));
  }
}
