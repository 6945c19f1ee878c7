package io.penstock.connector.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects everything that is wrong, so that all of it is reported at once. Not thread-safe. */
public final class Problems {

  private final List<Problem> problems = new ArrayList<>();

  /** Adds a problem. */
  public void add(String path, String found, String expected) {
    problems.add(new Problem(path, found, expected, Optional.empty()));
  }

  /** Adds a problem with what to do about it. */
  public void add(String path, String found, String expected, String suggestion) {
    problems.add(new Problem(path, found, expected, Optional.of(suggestion)));
  }

  /** Adds an unknown word, with the nearest of those that are known if one is near. */
  public void addUnknown(String path, String word, Iterable<String> known) {
    String all = String.join(", ", known);
    problems.add(
        new Problem(
            path,
            "'" + word + "'",
            "one of " + all,
            NearestWord.of(word, known).map(near -> "did you mean '" + near + "'?")));
  }

  /** Whether nothing is wrong so far. */
  public boolean isEmpty() {
    return problems.isEmpty();
  }

  /** How many problems there are so far. */
  public int size() {
    return problems.size();
  }

  /** What was added so far, in that order. */
  public List<Problem> list() {
    return List.copyOf(problems);
  }
}
