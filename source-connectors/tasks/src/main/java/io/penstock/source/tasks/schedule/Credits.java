package io.penstock.source.tasks.schedule;

/** How many tasks of each route may be handed out now. */
@FunctionalInterface
public interface Credits {

  /** Everything may be handed out. */
  Credits UNLIMITED = route -> Integer.MAX_VALUE;

  /** Of that route; zero if it takes nothing. */
  int of(String route);
}
