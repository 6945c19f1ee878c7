package io.penstock.source.tasks.schedule;

/** How many tasks of each route may be handed out now. */
@FunctionalInterface
public interface Credits {

  /** Everything may be handed out. */
  Credits UNLIMITED = (account, route) -> Integer.MAX_VALUE;

  /** Of that route, for an account; zero if it takes nothing. */
  int of(String account, String route);

  /** Accounts and routes of the same line share what there is. */
  default String line(String account, String route) {
    return route;
  }
}
