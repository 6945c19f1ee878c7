package io.penstock.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.benchmarks.Figures.Latency;
import io.penstock.benchmarks.arm.TaskProbe;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code penstock run} with a source of tasks, asked over HTTP: one task a request. */
final class TaskWorker implements TaskArm {

  private static final Duration START = Duration.ofSeconds(60);
  private static final Pattern SUCCEEDED = Pattern.compile("\"succeeded\":(\\d+)");
  private static final int CLIENTS = 64;
  private static final long LOOK_NS = 5_000_000;

  private static final String CONNECTOR =
      """
      { "apiVersion": "penstock/v1", "name": "bench", "source": { "type": "tasks" },
        "function": { "type": "java", "handler": "io.penstock.benchmarks.arm.TaskProbe",
                      "settings": { "file": "starts" },
                      "concurrency": { "algorithm": "fixed", "max": 256 } } }
      """;

  private final Path folder;
  private final int port;
  private final Process process;
  private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

  /** Tasks that don't count. */
  private long before;

  private TaskWorker(Path folder, int port, Process process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param state a PostgreSQL that keeps tasks; empty keeps them on this machine's disk
   */
  static TaskWorker start(Path parent, Optional<String> state) throws IOException {
    Path folder = Files.createTempDirectory(parent, "penstock-tasks-");
    Files.writeString(
        folder.resolve("bench.json"),
        CONNECTOR.replace("\"starts\"", "\"" + folder.resolve("starts") + "\""));
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ArmProcess.JVM);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("io.penstock.server.Main", "run", "bench.json"));
    command.addAll(List.of("--data", "data", "--port", String.valueOf(port)));
    state.ifPresent(url -> command.addAll(List.of("--state", url)));
    TaskWorker worker =
        new TaskWorker(
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

  /** Ready is when it has done a task. */
  private void awaitReady() throws IOException {
    long deadline = System.nanoTime() + START.toNanos();
    while (true) {
      try (Client client = new Client()) {
        client.submit(TaskProbe.NOTHING);
        await(1);
        before = 1;
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || System.nanoTime() - deadline > 0) {
          String log = Files.readString(folder.resolve("log"));
          close();
          throw new BenchmarkException("The worker did not start:\n" + log, notYet);
        }
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  @Override
  public Latency paced(int count, int everyMs) throws IOException {
    Path notes = folder.resolve("starts");
    Files.deleteIfExists(notes);
    long next = System.nanoTime();
    try (Client client = new Client()) {
      long done = done(client);
      for (int i = 0; i < count; i++) {
        LockSupport.parkNanos(next - System.nanoTime());
        next += Duration.ofMillis(everyMs).toNanos();
        client.submit(String.valueOf(TaskProbe.now()));
      }
      await(done + count);
    }
    return Latency.of(Files.readAllLines(notes).stream().mapToLong(Long::parseLong).toArray());
  }

  @Override
  public void submit(int count) throws IOException {
    AtomicInteger left = new AtomicInteger(count);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      all.add(
          clients.submit(
              () -> {
                try (Client client = new Client()) {
                  while (left.decrementAndGet() >= 0) {
                    client.submit(TaskProbe.NOTHING);
                  }
                }
                return left;
              }));
    }
    for (Future<?> one : all) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new IOException("a client failed", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  @Override
  public void working(boolean isWorking) throws IOException {
    try (Client client = new Client()) {
      client.ask("POST", "/functions/bench/" + (isWorking ? "resume" : "pause"), "", " 200 ");
    }
  }

  @Override
  public void await(long count) throws IOException {
    try (Client client = new Client()) {
      while (done(client) < count) {
        LockSupport.parkNanos(LOOK_NS);
      }
    }
  }

  private long done(Client client) throws IOException {
    Matcher found = SUCCEEDED.matcher(client.ask("GET", "/functions", "", " 200 "));
    return found.find() ? Long.parseLong(found.group(1)) - before : 0;
  }

  /** One connection, one request after the other. */
  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Client() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
    }

    void submit(String payload) throws IOException {
      ask("POST", "/functions/bench/tasks", payload, " 202 ");
    }

    String ask(String method, String path, String body, String wanted) throws IOException {
      socket
          .getOutputStream()
          .write(
              (method
                      + " /sources/bench"
                      + path
                      + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                      + "Content-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(US_ASCII));
      String status = line();
      int length = 0;
      for (String header; !(header = line()).isEmpty(); ) {
        if (header.toLowerCase(Locale.ROOT).startsWith("content-length: ")) {
          length = Integer.parseInt(header.substring(16));
        }
      }
      String answer = new String(in.readNBytes(length), UTF_8);
      if (!status.contains(wanted)) {
        throw new IOException("the worker answered " + status + " " + answer);
      }
      return answer;
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder(64);
      for (int c; (c = in.read()) != '\n'; ) {
        if (c < 0) {
          throw new IOException("the worker closed the connection after '" + line + "'");
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Override
  public double cpuSeconds() {
    return process.toHandle().info().totalCpuDuration().map(TaskWorker::seconds).orElse(0.0);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  @Override
  public void close() {
    clients.shutdownNow();
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
