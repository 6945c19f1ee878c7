package io.penstock.server.crash;

import io.penstock.server.cli.PenstockCommand;
import io.penstock.server.cli.StopSignal;
import io.penstock.server.cli.Surroundings;
import io.penstock.server.cli.Surroundings.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/**
 * Penstock's command line as {@code Main} runs it, with failpoints, in a process that ends when its
 * parent does.
 */
final class CrashWorkerMain {

  /** System properties: where reached failpoints are noted, and which one is the last. */
  static final String NOTES = "penstock.crash.notes";

  static final String FAILPOINT = "penstock.crash.failpoint";
  static final String HIT = "penstock.crash.hit";
  static final String WAY = "penstock.crash.way";

  private CrashWorkerMain() {}

  /** As {@code Main}. */
  public static void main(String[] args) {
    endWithParent();
    StopSignal stop = new StopSignal();
    Signal.handle(new Signal("TERM"), received -> stop.request());
    Surroundings surroundings =
        new Surroundings(
            System::getenv,
            stop,
            Terminal.NONE,
            Optional.empty(),
            new KillSwitch(Path.of(System.getProperty(NOTES)), killPoint()));
    System.exit(PenstockCommand.commandLine(surroundings).execute(args));
  }

  private static @Nullable KillPoint killPoint() {
    String failpoint = System.getProperty(FAILPOINT);
    return failpoint == null
        ? null
        : new KillPoint(
            failpoint, Integer.getInteger(HIT), KillPoint.Way.valueOf(System.getProperty(WAY)));
  }

  /** Standard input is a pipe from the parent: it ends with the parent, however that ends. */
  private static void endWithParent() {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  continue;
                }
              } catch (IOException e) {
                System.err.println("the pipe from the parent is broken: " + e);
              }
              Runtime.getRuntime().halt(KillSwitch.KILLED);
            },
            "parent-watch");
    thread.setDaemon(true);
    thread.start();
  }
}
