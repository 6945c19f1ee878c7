package io.penstock.server.cli;

import io.penstock.connector.Failpoints;
import io.penstock.server.cli.Surroundings.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;

/** A command line run in this process, with its output captured. */
final class CommandRun {

  final StopSignal stop = new StopSignal();
  final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Optional<Path> home = Optional.empty();

  CommandRun home(Path folder) {
    home = Optional.of(folder);
    return this;
  }

  int execute(Object... arguments) {
    CommandLine line =
        PenstockCommand.commandLine(
            new Surroundings(environment::get, stop, Terminal.NONE, home, Failpoints.NONE));
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = String.valueOf(arguments[i]);
    }
    return line.execute(texts);
  }

  /** Runs it on a thread of its own; {@link #stop} ends it. */
  CompletableFuture<Integer> start(Object... arguments) {
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                ended.complete(execute(arguments));
              } catch (RuntimeException | Error e) {
                ended.completeExceptionally(e);
              }
            },
            "command");
    thread.start();
    return ended;
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }
}
