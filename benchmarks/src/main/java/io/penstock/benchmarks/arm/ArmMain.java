package io.penstock.benchmarks.arm;

import java.util.Arrays;
import java.util.List;

/**
 * The main class of an arm's process: {@code CLASS NAME=VALUE...}. It runs until its standard input
 * ends, closes the arm, prints {@code CLOSED} and ends with 0; any failure ends it with 1. Lines
 * that begin with {@code NOTE} are for people.
 */
public final class ArmMain {

  /** The last line of an arm that ended in good order. */
  public static final String CLOSED = "CLOSED";

  /** What a line begins with that is for people to read. */
  public static final String NOTE = "NOTE ";

  private ArmMain() {}

  /** Tells people something. */
  @SuppressWarnings("SystemOut") // the line on standard output is this program's interface
  static void note(String text) {
    System.out.println(NOTE + text);
  }

  /** Runs one arm. */
  @SuppressWarnings("SystemOut") // the line on standard output is this program's interface
  public static void main(String[] arguments) {
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> end(failure));
    try {
      List<String> all = Arrays.asList(arguments);
      Arm arm =
          Class.forName(all.get(0)).asSubclass(Arm.class).getDeclaredConstructor().newInstance();
      arm.start(ArmSettings.parse(all.subList(1, all.size())));
      while (System.in.read() >= 0) {
        // Only the end matters.
      }
      arm.close();
      System.out.println(CLOSED);
      System.out.flush();
      Runtime.getRuntime().halt(0);
    } catch (Exception | LinkageError failure) {
      end(failure);
    }
  }

  private static void end(Throwable failure) {
    failure.printStackTrace();
    Runtime.getRuntime().halt(1);
  }
}
