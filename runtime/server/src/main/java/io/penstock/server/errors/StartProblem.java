package io.penstock.server.errors;

/**
 * Something that kept a command from doing its work.
 *
 * @param code what kind of thing
 * @param message what happened and what to do, for people; one line or several
 */
public record StartProblem(StartCode code, String message) {

  /** The message with the code at the end of its first line. */
  public String text() {
    int end = message.indexOf('\n');
    String coded = "  [" + code.code() + "]";
    return end < 0 ? message + coded : message.substring(0, end) + coded + message.substring(end);
  }
}
