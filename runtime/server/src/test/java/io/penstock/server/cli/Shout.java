package io.penstock.server.cli;

import io.penstock.functions.Context;
import io.penstock.functions.EventHandler;
import java.util.Locale;

/** A function for tests: the payload in capitals. */
public final class Shout implements EventHandler<String, String> {
  @Override
  public String handle(String input, Context context) {
    return input.toUpperCase(Locale.ROOT);
  }
}
