package io.penstock.connector.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects everything that is wrong, so that all of it is reported at once. Not thread-safe. */
public final class Problems {

  private final List<Problem> problems;
  private final @Nullable ProblemCode usual;

  /** Nothing is wrong yet. */
  public Problems() {
    this(new ArrayList<>(), null);
  }

  private Problems(List<Problem> problems, @Nullable ProblemCode usual) {
    this.problems = problems;
    this.usual = usual;
  }

  /** Adds to these problems, with this code wherever none is named. */
  public Problems as(ProblemCode code) {
    return new Problems(problems, code);
  }

  /** Adds a problem, of kind {@link ProblemCode#CONFLICT} unless {@link #as} says otherwise. */
  public void add(String path, String found, String expected) {
    add(or(ProblemCode.CONFLICT), path, found, expected);
  }

  /** Adds a problem with what to do about it; its kind as for {@link #add(String, String, String)}. */
  public void add(String path, String found, String expected, String suggestion) {
    add(or(ProblemCode.CONFLICT), path, found, expected, suggestion);
  }

  /** Adds a problem of a kind. */
  public void add(ProblemCode code, String path, String found, String expected) {
    problems.add(new Problem(code, path, found, expected, Optional.empty()));
  }

  /** Adds a problem of a kind with what to do about it. */
  public void add(ProblemCode code, String path, String found, String expected, String suggestion) {
    problems.add(new Problem(code, path, found, expected, Optional.of(suggestion)));
  }

  /** Adds an unknown word, with the nearest of those that are known if one is near. */
  public void addUnknown(String path, String word, Iterable<String> known) {
    addUnknown(or(ProblemCode.UNKNOWN_WORD), path, word, known);
  }

  void addUnknown(ProblemCode code, String path, String word, Iterable<String> known) {
    String all = String.join(", ", known);
    problems.add(
        new Problem(
            code,
            path,
            "'" + word + "'",
            "one of " + all,
            NearestWord.of(word, known).map(near -> "did you mean '" + near + "'?")));
  }

  private ProblemCode or(ProblemCode code) {
    return usual == null ? code : usual;
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
