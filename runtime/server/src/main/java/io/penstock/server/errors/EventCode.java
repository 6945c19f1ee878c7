package io.penstock.server.errors;

/**
 * Why an event failed, or what a running connector is in trouble with: the words that stand as
 * {@code code} in a connector's status and in dead letters, where they are stored, so they never
 * change.
 */
public enum EventCode {
  UNREADABLE(
      "The record can't be read as an event, or its payload not as the format says",
      "A filter or transform looks into the payload, and it isn't what \"format\" promises; or the"
          + " record claims to be a CloudEvent and isn't one.",
      "Look at the original in the dead letter. Set \"format\" of the source to what the payload is."),
  TRANSFORM_FAILED(
      "A transform can't make the payload it describes",
      "The payload could be read, but a path of the transform finds nothing in it, or what comes out"
          + " can't be written in the connector's format.",
      "Try it with penstock validate --explain and the event of the dead letter; then correct the"
          + " transform."),
  UNKNOWN_ROUTE(
      "The record names a route that doesn't exist",
      "Its source lets each record choose its function, and the one it chose is gone.",
      "Make that function again and redrive the dead letter."),
  FUNCTION_ERROR(
      "The function failed",
      "It threw an exception, or its result never came. The text has the exception; the log has its"
          + " stack.",
      "Mend the function. A failed attempt is repeated as delivery.retry says."),
  FUNCTION_RETRY(
      "The function asked for another attempt",
      "It returned Outcome.retry with the text that is shown.",
      "If it goes on for ever, look at what the function waits for."),
  FUNCTION_REJECT(
      "The function refused the event",
      "It returned Outcome.reject with the text that is shown: no attempt will ever succeed.",
      "Look at the event, or at the function's reason."),
  BAD_INPUT(
      "The payload isn't what the function takes",
      "The payload can't be read as the class that the handler's type parameter names.",
      "Look at the event; filter such events out, or let the function take Event or a map."),
  BAD_RESULT(
      "The function's result can't be sent",
      "It returned something that can't be written as JSON, or too many or odd things.",
      "Return a record, a map, a text, an Event, or an Outcome with those."),
  BAD_OUTCOME(
      "The function's answers don't fit the batch",
      "A batch needs exactly one outcome for each event; one was missing or too many, so the batch"
          + " failed as a whole.",
      "Put an outcome for each event of the batch, by its id."),
  TIMEOUT(
      "The function took too long",
      "The call was not over after function.timeout. Its slot stays taken until the thread returns.",
      "Make the function faster or the timeout longer; give clients inside it timeouts of their own."),
  INVOKER_ERROR(
      "The call itself broke",
      "Not the function but what calls it failed.",
      "Please report it with the log."),
  THROTTLED(
      "The function or something behind it is overloaded",
      "The function said so, or the server it calls. The event waits and no attempt is counted; fewer"
          + " calls are made at a time.",
      "Usually nothing: it passes. Lower function.concurrency.max if it never does."),
  EXPIRED(
      "The event grew too old",
      "It was not handled within retry.maxAge since it was taken.",
      "Raise maxAge, or find out what kept failing: the status shows it."),
  HEAD_OF_LINE(
      "The event held up a full window and was given up",
      "Everything else of its lane was settled, and onWindowFull is deadLetter.",
      "Mend what the text names; redrive the dead letter."),
  LANE_HALTED(
      "A lane stopped at an event",
      "The event can't be handled and there is no onFailure, or the failure sinks refuse it for good."
          + " Going on would lose it.",
      "Add onFailure, mend the function or the sink, or seek beyond the event; then restart."),
  SINK_OPEN(
      "A sink can't be opened",
      "Its destination can't be reached, or refuses us. It is tried again unless it is hopeless.",
      "Check the destination and the credentials."),
  SINK_ERROR(
      "A delivery failed",
      "The sink said so; it is tried again as its retry says. The function is not called again.",
      "Look at the text and at the destination."),
  SINK_THROTTLED(
      "A destination is overloaded",
      "It asked for patience; no attempt is counted.",
      "Usually nothing: it passes."),
  SINK_REJECTED(
      "A destination refused a result for good",
      "Trying again would change nothing: too large, not allowed, no such topic.",
      "Look at the text; the dead letter has the result."),
  SINK_EXHAUSTED(
      "A delivery failed too often or for too long",
      "The sink's own retry has maxAttempts or maxAge, and this was the last.",
      "Look at the text; the dead letter has the result."),
  SOURCE_ERROR(
      "The source has trouble",
      "It can't reach its server, or a call failed. It goes on trying.",
      "Check the server and the address; other connectors are not touched."),
  SOURCE_FAILED(
      "The source gave up",
      "Something that a person must mend: wrong credentials, a topic that isn't there.",
      "Mend it and restart the connector."),
  START_FAILED(
      "A connector can't be started",
      "One of its parts broke while it was put together.",
      "Please report it with the log."),
  DEFECT(
      "A bug in Penstock stopped the connector",
      "Nothing is lost: what was not settled is handled again after a restart.",
      "Please report it with the log.");

  private final ErrorCatalogue.Entry entry;

  EventCode(String title, String meaning, String remedy) {
    this.entry = new ErrorCatalogue.Entry(name(), title, meaning, remedy);
  }

  ErrorCatalogue.Entry entry() {
    return entry;
  }
}
