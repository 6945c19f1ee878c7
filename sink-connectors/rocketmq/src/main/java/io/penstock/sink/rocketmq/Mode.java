package io.penstock.sink.rocketmq;

/** How an event becomes a message. */
enum Mode {
  /** The payload is the body, attributes are properties: the binary mode of CloudEvents. */
  BINARY,
  /** The body is one JSON document with everything: the structured mode of CloudEvents. */
  STRUCTURED,
  /** The payload is the body; extensions are properties, and the id is {@code event-id}. */
  PLAIN
}
