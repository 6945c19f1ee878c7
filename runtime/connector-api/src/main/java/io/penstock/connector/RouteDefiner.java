package io.penstock.connector;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A source whose routes may come and go while it runs, beside those of the connector's file. A route
 * is made when an event names it, and may be closed when none has for a while.
 */
public interface RouteDefiner {

  /** Gives the source what checks definitions. Called once, before it is opened. */
  void checkWith(Check check);

  /**
   * The definition of a route that the file doesn't have; empty if there is none. Always the same for
   * the same name. Called on the core thread; must not block.
   */
  Optional<Definition> definition(String route);

  /**
   * What is to be done with the events of a route.
   *
   * @param account whom its function belongs to
   * @param function its name, for limits, logs and status
   * @param tree as it would stand under {@code routes} in the connector's file (see {@link Codec})
   * @param baseDirectory the folder that relative paths start from
   */
  record Definition(String account, String function, Map<String, Object> tree, Path baseDirectory) {
    /** Copies. */
    public Definition {
      tree = Map.copyOf(tree);
    }
  }

  /** Tells whether a route can be made. Thread-safe. */
  @FunctionalInterface
  interface Check {

    /** Reads a definition and makes its function once, which is closed again. Blocks. */
    Checked check(Definition definition);
  }

  /**
   * What a check found.
   *
   * @param problems everything that is wrong, for people; shows no secret
   * @param files that the function is made of
   */
  record Checked(List<String> problems, List<Path> files) {
    /** Copies. */
    public Checked {
      problems = List.copyOf(problems);
      files = List.copyOf(files);
    }
  }
}
