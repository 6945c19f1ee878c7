package io.penstock.broker.rocketmq;

import io.penstock.broker.process.ChildJvm;
import io.penstock.broker.process.Directories;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The main class of the servers' process.
 *
 * <ol>
 *   <li>It prints the line {@code READY nameserver:port proxy:port} on its standard output when it
 *       accepts clients. Everything else goes to the standard error.
 *   <li>It obeys the lines {@code topic NAME QUEUES TYPE}, {@code group NAME concurrent|orderly
 *       RETRIES} and {@code restart-name-server} on its standard input, and answers {@code DONE}.
 *   <li>The end of its standard input means that its parent is gone, however that happened: it
 *       deletes its directory if it was told so, and ends. It never outlives its parent.
 *   <li>An interrupt or a hangup from the terminal goes to its parent too, and is for the parent to
 *       act on: it is ignored here.
 * </ol>
 */
final class RocketMqMain {

  static final String DONE = "DONE";
  static final String RESTART_NAME_SERVER = "restart-name-server";

  private static final int EXIT_USAGE = 2;
  private static final int EXIT_FAILED = 1;

  private RocketMqMain() {}

  @SuppressWarnings("SystemOut") // the lines on standard output are this program's interface
  public static void main(String[] arguments) {
    PrintStream answers = System.out;
    System.setOut(System.err);
    try {
      ServerArgs args = ServerArgs.parse(List.of(arguments));
      for (String name : List.of("INT", "HUP")) {
        Signal.handle(new Signal(name), SignalHandler.SIG_IGN);
      }
      Files.createDirectories(args.directory());
      Ports ports = Ports.of(args.directory());
      Servers servers = Servers.start(args, ports);
      answer(answers, ChildJvm.READY + ports.nameServerAddress() + " " + ports.endpoints());
      obey(servers, answers);
      if (args.deleteDirectory()) {
        Directories.delete(args.directory());
      }
      Runtime.getRuntime().halt(0);
    } catch (IllegalArgumentException wrongArguments) {
      System.err.println(wrongArguments.getMessage());
      Runtime.getRuntime().halt(EXIT_USAGE);
    } catch (Exception | LinkageError failed) {
      failed.printStackTrace();
      Runtime.getRuntime().halt(EXIT_FAILED);
    }
  }

  private static void answer(PrintStream answers, String line) {
    answers.println(line);
    answers.flush();
  }

  private static void obey(Servers servers, PrintStream answers) throws Exception {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        obey(line.split(" ", -1), servers);
        answer(answers, DONE);
      }
    } catch (IOException brokenPipe) {
      System.err.println("Standard input broke, which is taken for its end: " + brokenPipe);
    }
  }

  private static void obey(String[] words, Servers servers) throws Exception {
    switch (words[0]) {
      case "topic" ->
          servers.createTopic(
              words[1], Integer.parseInt(words[2]), words[3].toUpperCase(Locale.ROOT));
      case "group" ->
          servers.createGroup(words[1], words[2].equals("orderly"), Integer.parseInt(words[3]));
      case RESTART_NAME_SERVER -> servers.restartNameServer();
      default -> throw new IllegalArgumentException("Unknown command '" + words[0] + "'.");
    }
  }
}
