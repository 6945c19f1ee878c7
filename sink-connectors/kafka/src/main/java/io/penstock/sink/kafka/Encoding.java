package io.penstock.sink.kafka;

import io.penstock.functions.Event;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** How an event becomes headers and a value. Used by one thread. */
interface Encoding {

  /** An extension that says that there is no value at all: what deletes a key when compacted. */
  String TOMBSTONE = "kafkatombstone";

  /**
   * Adds the event's headers.
   *
   * @param key the record's key; what it says no header needs to say
   * @return the value; null for none
   */
  byte @Nullable [] encode(Event event, byte @Nullable [] key, List<Header> headers);

  /** The encoding of a mode. */
  static Encoding of(Mode mode) {
    return switch (mode) {
      case BINARY -> new BinaryEncoding();
      case STRUCTURED -> new StructuredEncoding();
      case PLAIN -> new PlainEncoding();
    };
  }

  /** The payload, or null if the event says that there is none. */
  static byte @Nullable [] payload(Event event) {
    byte[] data = event.data();
    return data.length == 0 && event.extensions().containsKey(TOMBSTONE) ? null : data;
  }
}
