package io.penstock.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.benchmarks.Figures.Latency;
import io.penstock.benchmarks.arm.TaskPeer;
import io.penstock.benchmarks.arm.TaskPeerMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A library in a process of its own, asked over its standard input. */
final class TaskPeerProcess implements TaskArm {

  private static final int THREADS = 64;

  private final Process process;
  private final BufferedReader answers;

  private TaskPeerProcess(Process process) {
    this.process = process;
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  static TaskPeerProcess start(Class<? extends TaskPeer> type, String jdbcUrl) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ArmProcess.JVM);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(TaskPeerMain.class.getName(), type.getName(), jdbcUrl, String.valueOf(THREADS)));
    TaskPeerProcess started =
        new TaskPeerProcess(
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    started.answer("ready");
    return started;
  }

  /** Libraries print banners: the answer is the first line that looks like one. */
  private String answer(String wanted) throws IOException {
    String line;
    while ((line = answers.readLine()) != null) {
      if (line.startsWith(wanted) || wanted.isEmpty() && line.matches("[0-9 ]+")) {
        return line;
      }
    }
    throw new BenchmarkException("The peer ended in the middle.");
  }

  private void ask(String order) throws IOException {
    process.getOutputStream().write((order + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  @Override
  public Latency paced(int count, int everyMs) throws IOException {
    ask("paced " + count + " " + everyMs);
    return Latency.of(Stream.of(answer("").trim().split(" ")).mapToLong(Long::parseLong).toArray());
  }

  @Override
  public void submit(int count) throws IOException {
    ask("submit " + count);
    answer("done");
  }

  /** They are told once to begin. */
  @Override
  public void working(boolean isWorking) throws IOException {
    if (isWorking) {
      ask("work");
      answer("done");
    }
  }

  @Override
  public void await(long count) throws IOException {
    ask("await " + count);
    answer("done");
  }

  @Override
  public double cpuSeconds() {
    return process
        .toHandle()
        .info()
        .totalCpuDuration()
        .map(duration -> duration.toNanos() / 1e9)
        .orElse(0.0);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
