package io.penstock.server.errors;

import io.penstock.connector.config.ProblemCode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** All codes, in groups. */
public final class ErrorCatalogue {

  /**
   * A code.
   *
   * @param code for example {@code PEN-1101} or {@code TIMEOUT}
   * @param title what is wrong, in a few words
   * @param meaning what that means and how it comes about
   * @param remedy what to do
   */
  public record Entry(String code, String title, String meaning, String remedy) {}

  /** Codes of one kind. */
  public record Group(String title, String about, List<Entry> entries) {}

  private static final List<Group> GROUPS =
      List.of(
          new Group(
              "Connectors' files",
              "Found by `penstock validate`, and by `run` before anything is started. Exit code 2.",
              Arrays.stream(ProblemCode.values())
                  .map(c -> new Entry(c.code(), c.title(), c.meaning(), c.remedy()))
                  .toList()),
          new Group(
              "Commands",
              "What keeps a command from doing its work. Exit code 2 if the command line or a file"
                  + " is at fault, 3 if it is something of the machine, 70 for a bug.",
              Arrays.stream(StartCode.values()).map(StartCode::entry).toList()),
          new Group(
              "Events and running connectors",
              "In `GET /connectors/NAME/status`, in the log, and as `cause.code` in dead letters. A"
                  + " function of your own may answer with further words.",
              Arrays.stream(EventCode.values()).map(EventCode::entry).toList()));

  private ErrorCatalogue() {}

  /** The groups. */
  public static List<Group> groups() {
    return GROUPS;
  }

  /** Every code there is. */
  public static List<Entry> entries() {
    return GROUPS.stream().flatMap(group -> group.entries().stream()).toList();
  }

  /** A code, in any case. */
  public static Optional<Entry> find(String code) {
    String wanted = code.toUpperCase(Locale.ROOT);
    return entries().stream().filter(entry -> entry.code().equals(wanted)).findFirst();
  }
}
