package io.penstock.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.broker.process.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.List;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The main class of the process that looks after a {@link ThrowAwayPostgres}. It prints {@code READY
 * host:port} once the server accepts clients, and ends it when its standard input ends or says {@code
 * stop}: it never outlives its parent. What a terminal tells its parent too is ignored here.
 */
final class PostgresMain {

  private PostgresMain() {}

  @SuppressWarnings("SystemOut") // the line on standard output is this program's interface
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    for (String name : List.of("INT", "HUP")) {
      Signal.handle(new Signal(name), SignalHandler.SIG_IGN);
    }
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    try (ThrowAwayPostgres server = ThrowAwayPostgres.start()) {
      answers.println(ChildJvm.READY + "127.0.0.1:" + server.port());
      answers.flush();
      String command = commands.readLine();
      while (command != null && !command.equals(ChildJvm.STOP)) {
        command = commands.readLine();
      }
    }
  }
}
