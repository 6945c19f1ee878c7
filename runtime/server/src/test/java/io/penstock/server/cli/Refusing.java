package io.penstock.server.cli;

import io.penstock.functions.Context;
import io.penstock.functions.EventHandler;
import io.penstock.functions.Outcome;

/** A function for tests: does what the text says, and gives it back otherwise. */
public final class Refusing implements EventHandler<String, Outcome> {
  @Override
  public Outcome handle(String input, Context context) {
    if (input.contains("reject")) {
      return Outcome.reject("not wanted");
    }
    if (input.contains("fail")) {
      throw new IllegalStateException("broken");
    }
    return Outcome.done(input);
  }
}
