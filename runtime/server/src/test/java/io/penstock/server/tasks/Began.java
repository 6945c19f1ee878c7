package io.penstock.server.tasks;

import io.penstock.functions.Context;
import io.penstock.functions.EventHandler;

/** Tells when it was called, in milliseconds since the epoch. */
public final class Began implements EventHandler<String, String> {

  @Override
  public String handle(String input, Context context) {
    return String.valueOf(System.currentTimeMillis());
  }
}
