package io.penstock.httpclient.cloudevents;

/** How events become the content of a request. */
public enum EventMode {
  /** One event: the payload is the body, attributes are headers. */
  BINARY,
  /** One event: the body is one JSON document with everything. */
  STRUCTURED,
  /** Any number of events: the body is a JSON array of such documents. */
  BATCHED,
  /** One event: the payload is the body, and that is all. */
  PLAIN;

  /** Whether a request takes more than one event. */
  public boolean takesMany() {
    return this == BATCHED;
  }
}
