package io.penstock.server.errors;

/**
 * What kept a command from doing its work, apart from what is wrong in a connector's file. Codes are
 * stable: a number that was given is never given to anything else.
 */
public enum StartCode {

  /** A source that couldn't be made. */
  SOURCE_NOT_MADE(
      "PEN-2001",
      "A source can't be made",
      "Its settings are right, but what they name isn't there or can't be used.",
      "Read the message: it says what the source looked for, and where."),

  /** A function that couldn't be made. */
  FUNCTION_NOT_MADE(
      "PEN-2002",
      "A function can't be made",
      "The jar or the class isn't there, the class is no handler, has no public constructor without"
          + " parameters, or its constructor failed.",
      "Check \"jar\", which starts from the connector's file, and \"handler\", the class with its"
          + " package. Build the jar first."),

  /** A sink that couldn't be made. */
  SINK_NOT_MADE(
      "PEN-2003",
      "A sink can't be made",
      "Its settings are right, but what they name isn't there or can't be used.",
      "Read the message: it says what the sink looked for, and where."),

  /** The HTTP server can't listen. */
  CANNOT_LISTEN(
      "PEN-2101",
      "HTTP can't listen",
      "Another process listens on the port, or the address isn't one of this machine.",
      "Choose another port with --port, 0 for any free one, or another address with --host."),

  /** The data folder can't be used. */
  DATA_FOLDER(
      "PEN-2102",
      "The data folder can't be used",
      "Another worker uses it, it can't be made or written to, or something in it can't be read; or"
          + " the PostgreSQL of --state can't be used.",
      "Stop the worker that is named, or give this one a folder of its own with --data; with"
          + " --state, check the address and the login."),

  /** The class path is broken. */
  BROKEN_INSTALLATION(
      "PEN-2103",
      "The installation is broken",
      "Two jars on the class path answer to the same word, one can't be loaded, or a file of the"
          + " distribution is missing.",
      "Remove one of the jars that are named, or unpack the distribution again."),

  /** The demo's broker doesn't start. */
  DEMO_BROKER(
      "PEN-2104",
      "The broker of the demo doesn't work",
      "It is a process of its own, and didn't start, or made no topics.",
      "Read the message; memory or disk space may be short."),

  /** A server that can't be reached. */
  UNREACHABLE(
      "PEN-2201",
      "A server can't be reached",
      "No TCP connection to an address that a source or sink names came about: nothing listens"
          + " there, the name is unknown, or a firewall is between.",
      "Check the address, and that the server runs and can be reached from this machine."),

  /** A worker that doesn't do what was asked of it. */
  TASKS_REFUSED(
      "PEN-2203",
      "A worker refused a request",
      "The worker was reached, and answered that it can't or may not do this.",
      "Read the message: it begins with a word for programs, and says why."),

  /** Too little memory. */
  LITTLE_MEMORY(
      "PEN-2202",
      "There is little memory",
      "The connectors may keep more than the JVM has to give.",
      "Give the JVM more, for example PENSTOCK_JAVA_OPTS=-Xmx2g, or lower delivery.memory."),

  /** A command line that isn't understood. */
  WRONG_COMMAND_LINE(
      "PEN-4001",
      "The command line isn't understood",
      "A command, an option or its value is wrong or missing.",
      "Add --help to the command."),

  /** Something is there already. */
  WOULD_OVERWRITE(
      "PEN-4002",
      "Something is there already",
      "The command would have to overwrite files, and it never does.",
      "Choose another name or folder, or move away what is there."),

  /** A file that can't be written or read. */
  FILE_TROUBLE(
      "PEN-4003",
      "A file can't be read or written",
      "The disk, the rights or the path are in the way.",
      "Read the message; it names the file."),

  /** A defect. */
  BUG(
      "PEN-9001",
      "A bug in Penstock",
      "Something happened that must not happen.",
      "Please report it, with the stack trace that was printed.");

  private final String code;
  private final String title;
  private final String meaning;
  private final String remedy;

  StartCode(String code, String title, String meaning, String remedy) {
    this.code = code;
    this.title = title;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  /** The code, for example {@code PEN-2101}. */
  public String code() {
    return code;
  }

  ErrorCatalogue.Entry entry() {
    return new ErrorCatalogue.Entry(code, title, meaning, remedy);
  }
}
