package io.penstock.sink.file;

import io.penstock.cloudevents.CloudEvents;
import io.penstock.cloudevents.EventJson;
import io.penstock.cloudevents.JsonText;
import io.penstock.connector.DecodeException;
import io.penstock.functions.Event;
import java.util.Arrays;

/** What a line holds. */
enum LineFormat {
  /** The event in the JSON format of CloudEvents 1.0. */
  EVENT {
    @Override
    byte[] line(Event event) {
      return asLine(EventJson.write(event));
    }
  },

  /** The payload as it is. */
  DATA {
    @Override
    byte[] line(Event event) throws NoLineException {
      byte[] data = event.data();
      for (byte b : data) {
        if (b == '\n' || b == '\r') {
          checkJson(event);
          break;
        }
      }
      return asLine(data);
    }

    private void checkJson(Event event) throws NoLineException {
      try {
        if (event.dataContentType().map(CloudEvents::isJson).orElse(true)) {
          JsonText.check(event.data(), "the payload");
          return;
        }
      } catch (DecodeException e) {
        // the same as if nothing said that it is JSON
      }
      throw new NoLineException(
          "the payload has a line break and is no JSON, so it is no single line; use format event");
    }
  };

  /** A payload that makes no line. */
  static final class NoLineException extends Exception {

    private static final long serialVersionUID = 1L;

    NoLineException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * The line of an event, with its line break.
   *
   * @throws NoLineException if the payload makes no line
   */
  abstract byte[] line(Event event) throws NoLineException;

  /** In JSON, line breaks stand only between values, where a space does as well. */
  private static byte[] asLine(byte[] json) {
    byte[] line = Arrays.copyOf(json, json.length + 1);
    for (int i = 0; i < json.length; i++) {
      if (line[i] == '\n' || line[i] == '\r') {
        line[i] = ' ';
      }
    }
    line[json.length] = '\n';
    return line;
  }
}
