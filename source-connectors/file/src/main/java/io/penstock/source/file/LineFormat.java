package io.penstock.source.file;

import io.penstock.cloudevents.JsonText;
import io.penstock.cloudevents.StructuredEvent;
import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;

/** What a line holds. */
enum LineFormat {
  /** Text. An empty line is an empty text. */
  TEXT {
    @Override
    Event event(EventBuilder event, byte[] line) {
      return event.dataContentType("text/plain").data(line).build();
    }
  },

  /** A JSON value. A line of nothing but white space is none. */
  JSON {
    @Override
    Event event(EventBuilder event, byte[] line) {
      JsonText.check(line, "its text");
      return event.dataContentType("application/json").data(line).build();
    }
  },

  /** A CloudEvent in its JSON form, as the sink {@code file} writes it; it keeps its attributes. */
  EVENT {
    @Override
    Event event(EventBuilder event, byte[] line) {
      return StructuredEvent.decode(line, extensions -> {});
    }
  };

  /**
   * The event of a line.
   *
   * @param event has what every event of a file has
   * @throws io.penstock.connector.DecodeException if the line doesn't hold what it should
   */
  abstract Event event(EventBuilder event, byte[] line);

  /** Whether a line is passed over. */
  boolean isNothing(byte[] line) {
    if (this == TEXT) {
      return false;
    }
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
