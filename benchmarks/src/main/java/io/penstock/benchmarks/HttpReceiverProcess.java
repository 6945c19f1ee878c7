package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.HttpReceiver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The HTTP server that the arms send to, in a JVM of its own. */
final class HttpReceiverProcess implements AutoCloseable {

  private final Process process;
  private final String url;
  private final HttpClient client = HttpClient.newHttpClient();

  /** What came in a run: how many events, and how many different ones. */
  record Count(long events, long different) {}

  private HttpReceiverProcess(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts it.
   *
   * @param delayMs how long it takes for an answer
   */
  static HttpReceiverProcess start(int delayMs) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ArmProcess.JVM);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.add(HttpReceiver.class.getName());
    command.add(String.valueOf(delayMs));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String line =
          new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
              .readLine();
      if (line == null || !line.startsWith(HttpReceiver.READY)) {
        process.destroyForcibly();
        throw new BenchmarkException("The HTTP server did not start: it said '" + line + "'.");
      }
      String port = line.substring(HttpReceiver.READY.length());
      return new HttpReceiverProcess(process, "http://127.0.0.1:" + port);
    } catch (IOException failed) {
      throw new BenchmarkException("The HTTP server could not be started.", failed);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Where a run sends to. */
  String url(String run) {
    return url + "/" + run;
  }

  Count count(String run) {
    try {
      String[] answer =
          client
              .send(
                  HttpRequest.newBuilder(URI.create(url(run))).GET().build(),
                  HttpResponse.BodyHandlers.ofString())
              .body()
              .split(" ", -1);
      return new Count(Long.parseLong(answer[0]), Long.parseLong(answer[1]));
    } catch (IOException failed) {
      throw new BenchmarkException("The HTTP server did not answer.", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("Interrupted while asking the HTTP server.", interrupted);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
