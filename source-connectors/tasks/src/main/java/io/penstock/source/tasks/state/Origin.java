package io.penstock.source.tasks.state;

import java.util.List;

/**
 * What the first entry of a task's log tells beside that it was handed in.
 *
 * @param wish which version or alias of its function it named; empty if none
 * @param hops how many sinks have handed it on, one task after the other
 */
public record Origin(String wish, int hops) {

  /** The extension of a task's event that names its account. */
  public static final String ACCOUNT = "penstockaccount";

  /** The extension of an event that counts how many sinks have handed it on. */
  public static final String HOPS = "penstockhops";

  private static final String HOP = "hop ";
  private static final String SEPARATOR = ", ";

  /** As it stands in the log. */
  public String text() {
    if (hops == 0) {
      return wish;
    }
    return wish.isEmpty() ? HOP + hops : wish + SEPARATOR + HOP + hops;
  }

  /** Of a task with that log. */
  public static Origin of(TransitionLog log) {
    List<Transition> entries = log.entries();
    String text = entries.isEmpty() ? "" : entries.get(0).cause();
    int at = text.lastIndexOf(HOP);
    if (at < 0) {
      return new Origin(text, 0);
    }
    try {
      int hops = Integer.parseInt(text.substring(at + HOP.length()));
      return new Origin(at == 0 ? "" : text.substring(0, at - SEPARATOR.length()), hops);
    } catch (NumberFormatException e) {
      return new Origin(text, 0); // an alias may be of any letters
    }
  }
}
