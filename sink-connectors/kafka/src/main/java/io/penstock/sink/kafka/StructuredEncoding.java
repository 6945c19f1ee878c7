package io.penstock.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.cloudevents.CloudEvents;
import io.penstock.cloudevents.EventJson;
import io.penstock.functions.Event;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** The structured mode of the Kafka binding of CloudEvents 1.0, in its JSON format. */
final class StructuredEncoding implements Encoding {

  private static final Header CONTENT_TYPE =
      new RecordHeader(
          "content-type", (CloudEvents.STRUCTURED_JSON + "; charset=UTF-8").getBytes(UTF_8));

  @Override
  public byte @Nullable [] encode(Event event, byte @Nullable [] key, List<Header> headers) {
    if (Encoding.payload(event) == null) {
      // A document would be a value, and no value is what is asked for: attributes go as headers.
      return new BinaryEncoding().encode(event, key, headers);
    }
    headers.add(CONTENT_TYPE);
    return EventJson.write(event);
  }
}
