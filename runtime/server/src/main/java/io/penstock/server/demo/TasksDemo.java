package io.penstock.server.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Orders that are handed in as tasks, and invoices in a file: no broker. */
final class TasksDemo implements DemoSystem {

  private static final String PATH = "/sources/task-invoices/functions/task-invoices/tasks";

  /** A worker takes no more than 100 at once over one connection. */
  private static final int MAX_UNANSWERED = 64;

  private static final int KEPT = 202;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Path folder;
  private volatile String url = "";

  private TasksDemo(Path folder) {
    this.folder = folder;
  }

  static TasksDemo start() {
    try {
      return new TasksDemo(Files.createTempDirectory("penstock-demo-tasks-"));
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder could be made", e);
    }
  }

  /** The file that invoices are written to. */
  @Override
  public String address() {
    return folder.resolve("invoices.jsonl").toString();
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("TASK_INVOICES", address());
  }

  @Override
  public long pid() {
    return ProcessHandle.current().pid();
  }

  @Override
  public void worker(String workersUrl) {
    url = workersUrl;
  }

  @Override
  public OrderSender orders() {
    HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    Semaphore unanswered = new Semaphore(MAX_UNANSWERED);
    return new OrderSender() {
      @Override
      public void send(byte[] key, byte[] order, Consumer<Exception> failed) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(url + PATH))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(order))
                .build();
        unanswered.acquireUninterruptibly();
        var unused = // what comes of it is told below
            client
                .sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .whenComplete(
                    (response, error) -> {
                      unanswered.release();
                      if (response == null || response.statusCode() != KEPT) {
                        failed.accept(
                            new IOException(
                                "an order was not kept: "
                                    + (response == null ? error : response.statusCode())));
                      }
                    });
      }

      @Override
      public void close() {
        try {
          if (unanswered.tryAcquire(MAX_UNANSWERED, LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            unanswered.release(MAX_UNANSWERED);
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  @Override
  public InvoiceSource invoices() {
    return new InvoiceFile(Path.of(address()));
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(Path.of(address()));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("the temporary folder " + folder + " was not removed", e);
    }
  }
}
