package io.penstock.connector;

import io.penstock.functions.Event;
import java.util.Map;

/** An event as a source made it: some of its extensions tell where it was kept. Thread-safe. */
public interface SourceEvent extends Event {

  /**
   * The extensions that are passed on to what a function makes of the event: all but those that tell
   * where the event itself was kept, for the result is kept elsewhere. Unmodifiable.
   */
  Map<String, String> passedOn();

  /** The extensions that any event passes on: all of them if no source has made it. */
  static Map<String, String> passedOnBy(Event event) {
    return event instanceof SourceEvent made ? made.passedOn() : event.extensions();
  }
}
