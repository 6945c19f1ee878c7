package io.penstock.benchmarks;

import io.penstock.benchmarks.arm.ArmMain;
import io.penstock.benchmarks.arm.ArmSettings;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An arm in a JVM of its own, and what the operating system knows of it. */
final class ArmProcess implements AutoCloseable {

  /** The same for every arm. */
  static final List<String> JVM = List.of("-Xmx1g", "-XX:+UseG1GC");

  private static final Duration CLOSE = Duration.ofSeconds(60);
  private static final int LAST_LINES = 40;

  private final String name;
  private final Process process;
  private final Path log;

  private ArmProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  static ArmProcess launch(ArmSpec arm, ArmSettings settings) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ArmMain.class.getName());
    command.add(arm.type().getName());
    command.addAll(settings.arguments());
    try {
      Path log = Files.createTempFile("penstock-arm-" + arm.name() + "-", ".log");
      File file = log.toFile();
      Process process =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file).start();
      return new ArmProcess(arm.name(), process, log);
    } catch (IOException failed) {
      throw new BenchmarkException("The arm " + arm.name() + " could not be started.", failed);
    }
  }

  /** Throws if the process has ended. */
  void checkAlive() {
    if (!process.isAlive()) {
      throw new BenchmarkException(
          "The arm "
              + name
              + " ended with "
              + process.exitValue()
              + " in the middle. Its last output:\n"
              + lastOutput());
    }
  }

  long pid() {
    return process.pid();
  }

  /** Returns the most memory it ever had resident, in bytes: the kernel's VmHWM. */
  long peakRssBytes() {
    return peakRssBytes(process.pid());
  }

  static long peakRssBytes(long pid) {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException failed) {
      throw new BenchmarkException(
          "The memory of process " + pid + " could not be read; it needs Linux.", failed);
    }
    throw new BenchmarkException("There is no VmHWM in " + status);
  }

  /** Ends it in good order; throws if it does not say that it closed. */
  void end() {
    try {
      process.getOutputStream().close();
      boolean ended = process.waitFor(CLOSE.toSeconds(), TimeUnit.SECONDS);
      if (!ended || process.exitValue() != 0 || !lastOutput().contains(ArmMain.CLOSED)) {
        throw new BenchmarkException(
            "The arm "
                + name
                + (ended ? " ended with " + process.exitValue() : " did not end")
                + " when closed. Its last output:\n"
                + lastOutput());
      }
      lastOutput()
          .lines()
          .filter(line -> line.startsWith(ArmMain.NOTE))
          .forEach(line -> Rounds.progress("  %s", line.substring(ArmMain.NOTE.length())));
    } catch (IOException failed) {
      throw new BenchmarkException("The arm " + name + " could not be told to end.", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("Interrupted while the arm " + name + " ended.", interrupted);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
      Files.deleteIfExists(log);
    } catch (IOException left) {
      System.err.println("Left behind: " + log + " (" + left + ")");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private String lastOutput() {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException unreadable) {
      return "(unreadable: " + unreadable + ")";
    }
  }
}
