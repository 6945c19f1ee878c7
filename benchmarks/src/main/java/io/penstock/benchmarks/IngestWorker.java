package io.penstock.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** {@code penstock run} with a source that receives events, and a file as their sink. */
final class IngestWorker implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(30);

  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "ingest", "source": { "type": "http" },
        "delivery": { "order": "none" },
        "onSuccess": [ { "type": "file", "path": "out.jsonl", "fsync": false } ] }
      """;

  private final Path folder;
  private final int port;
  private final Process process;

  private IngestWorker(Path folder, int port, Process process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  static IngestWorker start() throws IOException {
    // Not in memory: what it costs to be durable is the question.
    Path folder = Files.createTempDirectory("penstock-ingest-");
    Files.writeString(folder.resolve("ingest.json"), CONNECTOR);
    int port = freePort();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ArmProcess.JVM);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("io.penstock.server.Main", "run", "ingest.json"));
    command.addAll(List.of("--data", "data", "--port", String.valueOf(port)));
    IngestWorker worker =
        new IngestWorker(
            folder,
            port,
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start());
    worker.awaitReady();
    return worker;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady() throws IOException {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready")).build();
    long deadline = System.nanoTime() + START.toNanos();
    while (true) {
      try {
        if (client.send(ready, BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        if (!process.isAlive() || System.nanoTime() - deadline > 0) {
          String log = Files.readString(folder.resolve("log"));
          close();
          throw new BenchmarkException("The worker did not start:\n" + log, notYet);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        close();
        throw new BenchmarkException("Interrupted while the worker started.", e);
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  Path folder() {
    return folder;
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  long peakRssBytes() {
    return ArmProcess.peakRssBytes(process.pid());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.err.println("Left behind: " + folder + " (" + e + ")");
    }
  }
}
