package io.penstock.invoker;

import io.penstock.connector.config.Problems;
import java.util.List;
import java.util.Optional;

/** Finds the class somebody probably meant by a name that doesn't exist. */
final class NearestClass {

  private NearestClass() {}

  /** A question that names the class with the same simple name, or else the nearest name. */
  static Optional<String> question(String wanted, List<String> known) {
    String simple = simpleName(wanted);
    Optional<String> elsewhere =
        known.stream().filter(name -> simpleName(name).equalsIgnoreCase(simple)).findFirst();
    if (elsewhere.isPresent()) {
      return elsewhere.map(name -> "did you mean '" + name + "'?");
    }
    Problems problems = new Problems();
    problems.addUnknown("handler", wanted, known);
    return problems.list().get(0).suggestion();
  }

  private static String simpleName(String name) {
    return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
  }
}
