package io.penstock.sink.kafka;

/** How an event becomes a record. */
enum Mode {
  /** The payload is the value, attributes are headers: the binary mode of CloudEvents. */
  BINARY,
  /** The value is one JSON document with everything: the structured mode of CloudEvents. */
  STRUCTURED,
  /** The payload is the value; the one header is {@code event-id}. */
  PLAIN
}
