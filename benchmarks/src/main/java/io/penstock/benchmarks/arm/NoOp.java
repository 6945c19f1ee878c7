package io.penstock.benchmarks.arm;

import io.penstock.functions.Context;
import io.penstock.functions.Event;
import io.penstock.functions.EventHandler;
import org.jspecify.annotations.Nullable;

/** The function of the engine's benchmark: it does nothing. */
public final class NoOp implements EventHandler<Event, Void> {

  /** For the runtime. */
  public NoOp() {}

  @Override
  public @Nullable Void handle(Event event, Context context) {
    return null;
  }
}
