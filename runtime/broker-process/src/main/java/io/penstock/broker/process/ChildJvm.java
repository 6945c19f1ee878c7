package io.penstock.broker.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A JVM of our own with a few lines of talk: it answers {@code READY host:port}, {@code KILLED} or
 * {@code UNAVAILABLE reason} on its standard output, and takes commands on its standard input,
 * whose end ends it. Its standard error goes to a log file.
 *
 * <p>Confined to its owner, who takes turns.
 */
public final class ChildJvm {

  /** The answer of a child that accepts clients; its address follows. */
  public static final String READY = "READY ";

  /** The answer to {@link #KILL}. */
  public static final String KILLED = "KILLED";

  /** The answer of a child that can't run here; the reason follows. */
  public static final String UNAVAILABLE = "UNAVAILABLE ";

  /** The command to shut down cleanly. */
  public static final String STOP = "stop";

  /** The command to end by force what runs in a container. */
  public static final String KILL = "kill";

  /** The command to start it anew. */
  public static final String RESTART = "restart";

  /** Longest time for a clean shutdown of what the child runs. */
  public static final Duration SHUTDOWN = Duration.ofSeconds(20);

  private static final Duration GONE = Duration.ofSeconds(10);
  private static final int LAST_LINES = 40;

  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;
  private final Path log;

  private ChildJvm(Process process, Path log) {
    this.process = process;
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    this.log = log;
  }

  /** Starts the JVM that this one runs on with the given arguments; its log is appended to. */
  public static ChildJvm launch(List<String> arguments, Path log) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(arguments);
    try {
      return new ChildJvm(
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start(),
          log);
    } catch (IOException failed) {
      throw new BrokerException("The broker's process could not be started: " + command, failed);
    }
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether the process has not ended yet. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits for the child's next answer.
   *
   * @param expected how the answer begins
   * @return the rest of the answer
   * @throws BrokerUnavailableException if the child says so
   * @throws BrokerException if it ends, or says nothing in time; it is ended then
   */
  public String await(String expected, Duration timeout) {
    CompletableFuture<@Nullable String> answer = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(answer), "broker-answer-" + pid());
    reader.setDaemon(true);
    reader.start();
    try {
      String line = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (line != null && line.startsWith(expected)) {
        return line.substring(expected.length());
      }
      if (line != null && line.startsWith(UNAVAILABLE)) {
        throw new BrokerUnavailableException(line.substring(UNAVAILABLE.length()));
      }
      throw failure(
          line == null
              ? "ended before it answered " + expected
              : "answered '" + line + "' instead of " + expected,
          null);
    } catch (TimeoutException late) {
      throw failure("did not answer " + expected + " within " + timeout.toMillis() + " ms", late);
    } catch (ExecutionException broken) {
      throw failure("could not be read", broken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw failure("was not waited for: the thread was interrupted", interrupted);
    }
  }

  private void read(CompletableFuture<@Nullable String> answer) {
    try {
      answer.complete(answers.readLine());
    } catch (IOException | RuntimeException failed) {
      answer.completeExceptionally(failed);
    }
  }

  private BrokerException failure(String what, @Nullable Throwable cause) {
    boolean killed = destroy();
    return new BrokerException(
        "The broker's process "
            + pid()
            + " "
            + what
            + (killed ? " (exit status " + process.exitValue() + ")" : " (still running)")
            + ". Its last output, from "
            + log
            + ":\n"
            + lastOutput(),
        cause);
  }

  private String lastOutput() {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException | UncheckedIOException unreadable) {
      return "(unreadable: " + unreadable + ")";
    }
  }

  /** Gives the child a command. */
  public void send(String command) {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException gone) {
      throw failure("took no more commands ('" + command + "')", gone);
    }
  }

  /** Asks for a clean shutdown; ends the child by force when that takes too long. */
  public void stop() {
    send(STOP);
    if (!waitFor(SHUTDOWN.plusSeconds(5)) && !destroy()) {
      throw failure("did not end", null);
    }
  }

  /** Ends the child by force and returns whether it is gone. */
  public boolean destroy() {
    process.destroyForcibly();
    return waitFor(GONE);
  }

  /** Goes on waiting when interrupted, so that no child is left behind; the wait is bounded. */
  private boolean waitFor(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException later) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
