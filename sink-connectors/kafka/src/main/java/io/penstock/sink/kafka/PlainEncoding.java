package io.penstock.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.functions.Event;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** The payload as it is, and the id by which repeated records are known. */
final class PlainEncoding implements Encoding {

  @Override
  public byte @Nullable [] encode(Event event, byte @Nullable [] key, List<Header> headers) {
    headers.add(new RecordHeader("event-id", event.id().getBytes(UTF_8)));
    return Encoding.payload(event);
  }
}
