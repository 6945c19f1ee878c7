package io.penstock.invoker;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.penstock.functions.Event;
import java.io.IOException;

/** Turns an event into what a handler asks for. Thread-safe. */
@FunctionalInterface
interface PayloadReader {

  /**
   * Reads the payload.
   *
   * @return never null
   * @throws BadInputException if it can't be read; the message holds nothing of the payload but the
   *     names of its fields
   */
  Object read(Event event) throws BadInputException;

  /** A payload that can't be read as what the handler asks for. */
  final class BadInputException extends Exception {

    private static final long serialVersionUID = 1L;

    BadInputException(String message) {
      super(message, null, false, false);
    }
  }

  /** Binds JSON; {@code type} is its name in messages. */
  record Json(ObjectReader reader, String type) implements PayloadReader {

    @Override
    public Object read(Event event) throws BadInputException {
      byte[] data = event.data();
      if (data.length == 0) {
        throw new BadInputException("the payload is empty, expected JSON for " + type);
      }
      Object value;
      try {
        value = reader.readValue(data);
      } catch (JsonMappingException e) {
        throw mismatch(e);
      } catch (JacksonException e) {
        throw noJson(e);
      } catch (IOException e) {
        throw new BadInputException("the payload can't be read as JSON: " + e.getClass().getName());
      }
      if (value == null) {
        throw new BadInputException("the payload is null, expected JSON for " + type);
      }
      return value;
    }

    private static BadInputException noJson(JacksonException e) {
      return new BadInputException("the payload is no JSON" + at(e.getLocation()));
    }

    // Jackson's own messages quote the payload, so they are not used.
    private BadInputException mismatch(JsonMappingException e) {
      if (e.getCause() instanceof StreamReadException broken) {
        return noJson(broken);
      }
      StringBuilder path = new StringBuilder();
      for (JsonMappingException.Reference step : e.getPath()) {
        if (step.getFieldName() == null) {
          path.append('[').append(step.getIndex()).append(']');
        } else {
          path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
        }
      }
      String what = path.isEmpty() ? "the payload" : "the payload's '" + path + "'";
      String why =
          e instanceof ValueInstantiationException && e.getCause() != null
              ? ": " + Failures.text(e.getCause())
              : "";
      String expected =
          e instanceof MismatchedInputException mismatched && mismatched.getTargetType() != null
              ? " can't be read as " + mismatched.getTargetType().getSimpleName()
              : " doesn't fit " + type;
      return new BadInputException(Failures.bounded(what + expected + at(e.getLocation()) + why));
    }

    private static String at(JsonLocation location) {
      return location == null || location.getLineNr() < 1
          ? ""
          : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
  }
}
