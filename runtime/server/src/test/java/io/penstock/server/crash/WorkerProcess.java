package io.penstock.server.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A worker in a process of its own: {@code penstock run FILE --port 0 --data DIR}. */
final class WorkerProcess implements AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Pattern ADDRESS = Pattern.compile("http://(127\\.0\\.0\\.1:\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LAST_LINES = 25;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final int number;
  private final Process process;
  private final Path log;
  private final Path notes;

  /**
   * How a worker is started.
   *
   * @param number its number among the workers of a run
   * @param config the connector's file
   * @param data the folder of its state
   * @param folder where its log and notes go
   * @param jvm options of its JVM
   * @param killPoint where it is to die, if it is
   */
  record Options(
      int number,
      Path config,
      Path data,
      Path folder,
      List<String> jvm,
      @Nullable KillPoint killPoint) {}

  private WorkerProcess(Options options, Process process) {
    this.number = options.number();
    this.process = process;
    this.log = log(options);
    this.notes = notes(options);
  }

  private static Path log(Options options) {
    return options.folder().resolve("worker-" + options.number() + ".log");
  }

  private static Path notes(Options options) {
    return options.folder().resolve("worker-" + options.number() + ".reached");
  }

  static WorkerProcess start(Options options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options.jvm());
    command.add("-D" + CrashWorkerMain.NOTES + "=" + notes(options));
    KillPoint point = options.killPoint();
    if (point != null) {
      command.add("-D" + CrashWorkerMain.FAILPOINT + "=" + point.failpoint());
      command.add("-D" + CrashWorkerMain.HIT + "=" + point.hit());
      command.add("-D" + CrashWorkerMain.WAY + "=" + point.way());
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(CrashWorkerMain.class.getName());
    command.addAll(List.of("run", options.config().toString(), "--port", "0"));
    command.addAll(List.of("--data", options.data().toString()));
    try {
      return new WorkerProcess(
          options,
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log(options).toFile())
              .start());
    } catch (IOException e) {
      throw new AssertionError("worker " + options.number() + " could not be started", e);
    }
  }

  int number() {
    return number;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL, and waits until the process is gone. */
  void kill() {
    process.toHandle().destroyForcibly();
    awaitEnd();
  }

  /** SIGTERM; answers at once. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** Waits until it has ended, and answers its exit code. */
  int awaitEnd() {
    try {
      if (!process.waitFor(SOON.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(this + " has not ended");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(this + " was not waited for", e);
    }
    return process.exitValue();
  }

  /** The failpoints it has reached. */
  Set<String> reached() {
    try {
      return Files.exists(notes) ? new TreeSet<>(Files.readAllLines(notes)) : Set.of();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  boolean isFrozen() {
    return reached().contains(KillSwitch.FROZEN);
  }

  String logged() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether it has come so far that it serves HTTP. */
  boolean listens() {
    return ADDRESS.matcher(logged()).find();
  }

  /** Where it serves HTTP, as host and port; waits until it does. */
  String address() {
    Matcher found = ADDRESS.matcher("");
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> found.reset(logged()).find() || !isAlive());
    assertThat(found.reset(logged()).find()).as("%s listens", this).isTrue();
    return found.group(1);
  }

  JsonNode status(String connector) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://" + address() + "/connectors/" + connector + "/status"))
            .build();
    try {
      return JSON.readTree(CLIENT.send(request, BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new AssertionError(this + " does not tell its status", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Posts JSON, and answers the status. */
  int post(String path, String body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address() + path))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      return CLIENT.send(request, BodyHandlers.discarding()).statusCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Sends a command to a connector, as {@code pause} or {@code resume}; a dying worker throws. */
  int command(String connector, String what, String by) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://" + address() + "/connectors/" + connector + "/" + what))
            .header("content-type", "application/json")
            .PUT(BodyPublishers.ofString("{\"by\": \"" + by + "\"}"))
            .build();
    try {
      HttpResponse<Void> answer = CLIENT.send(request, BodyHandlers.discarding());
      return answer.statusCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Sends a command that has to work. */
  void mustAccept(String connector, String what, String by) {
    try {
      assertThat(command(connector, what, by)).as("%s %s", what, this).isEqualTo(200);
    } catch (IOException e) {
      throw new AssertionError(what + " failed: " + this, e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  /** The worker with the end of its log. */
  @Override
  public String toString() {
    List<String> lines = logged().lines().toList();
    return "worker "
        + number
        + (isAlive() ? "" : " (exit code " + process.exitValue() + ")")
        + ", whose log "
        + log
        + " ends:\n"
        + String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }
}
