package io.penstock.connector;

/**
 * Named places between two durable steps, where tests stop or kill the process. In production {@link
 * #NONE} does nothing.
 */
@FunctionalInterface
public interface Failpoints {

  /** Does nothing. */
  Failpoints NONE = name -> {};

  /**
   * The place is reached.
   *
   * @param name in kebab-case, unique in the whole system, for example {@code before-commit}
   */
  void reached(String name);
}
