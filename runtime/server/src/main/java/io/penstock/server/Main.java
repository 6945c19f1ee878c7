package io.penstock.server;

import io.penstock.connector.Failpoints;
import io.penstock.server.cli.PenstockCommand;
import io.penstock.server.cli.StopSignal;
import io.penstock.server.cli.Surroundings;
import io.penstock.server.cli.Surroundings.Terminal;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * Where the program starts.
 *
 * <p>Signals are heard by {@code sun.misc.Signal}, for which the JDK has nothing else: a shutdown
 * hook can't tell a second signal from the first, and the exit code would be the signal's.
 */
public final class Main {

  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  /** Set by the launcher: the folder of the distribution. */
  private static final String HOME = "penstock.home";

  private static final int SIGNALLED = 128;

  private Main() {}

  /** Runs the command line and ends the process with the command's exit code. */
  public static void main(String[] args) {
    StopSignal stop = new StopSignal();
    List.of("INT", "TERM").forEach(name -> handle(new Signal(name), stop));
    Surroundings surroundings =
        new Surroundings(
            System::getenv,
            stop,
            terminal(),
            Optional.ofNullable(System.getProperty(HOME)).map(Path::of),
            Failpoints.NONE);
    System.exit(PenstockCommand.commandLine(surroundings).execute(args));
  }

  /** The first signal asks for a stop, if that is heeded; the second ends the process at once. */
  private static void handle(Signal signal, StopSignal stop) {
    try {
      Signal.handle(
          signal,
          received -> {
            if (!stop.isHeeded() || !stop.request()) {
              Runtime.getRuntime().halt(SIGNALLED + received.getNumber());
            }
          });
    } catch (IllegalArgumentException e) {
      LOG.debug("signal {} is left to the JVM", signal.getName(), e); // run with -Xrs
    }
  }

  @SuppressWarnings("SystemConsoleNull") // older ones do return null
  private static Terminal terminal() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return Terminal.NONE;
    }
    Path standardError = Path.of("/proc/self/fd/2");
    if (Files.isSymbolicLink(standardError)) {
      try {
        String target = Files.readSymbolicLink(standardError).toString();
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty")
            ? Terminal.ATTACHED
            : Terminal.NONE;
      } catch (IOException e) {
        LOG.debug("can't tell where standard error goes", e);
      }
    }
    Console console = System.console();
    return console != null && isTerminal(console) ? Terminal.ATTACHED : Terminal.NONE;
  }

  /** From Java 22 on there is always a console, which may be no terminal. */
  private static boolean isTerminal(Console console) {
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true; // an older Java has a console only where there is a terminal
    }
  }
}
