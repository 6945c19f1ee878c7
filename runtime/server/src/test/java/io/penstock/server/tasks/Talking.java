package io.penstock.server.tasks;

import io.penstock.functions.Context;
import io.penstock.functions.EventHandler;
import java.lang.System.Logger.Level;

/** Logs what it is given, and fails if that is what it is given. */
public final class Talking implements EventHandler<String, String> {

  private static final System.Logger LOG = System.getLogger(Talking.class.getName());

  @Override
  public String handle(String input, Context context) {
    if (input.equals("fail")) {
      LOG.log(Level.ERROR, "it fails", new IllegalStateException("as it was told"));
    } else {
      LOG.log(Level.ERROR, "it was told: " + input);
    }
    return input;
  }
}
