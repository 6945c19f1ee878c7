package io.penstock.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.cloudevents.TimeText;
import io.penstock.functions.Event;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The binary mode of the Kafka binding of CloudEvents 1.0. Source, type, media type and most
 * extensions are the same from event to event: their headers are made once and used again.
 */
final class BinaryEncoding implements Encoding {

  /** More names than any producer of events has; a bound all the same. */
  private static final int MAX_REMEMBERED = 64;

  private static final String PARTITION_KEY = "partitionkey";
  private static final Header VERSION = new RecordHeader("ce_specversion", "1.0".getBytes(UTF_8));

  private final Remembered source = new Remembered("ce_source");
  private final Remembered type = new Remembered("ce_type");
  private final Remembered contentType = new Remembered("content-type");
  private final TimeText times = new TimeText();
  private final Map<String, Remembered> extensions = new HashMap<>();

  /** The header made last under one name. */
  private static final class Remembered {
    private final String name;
    private String value = "";
    private Header header;

    Remembered(String name) {
      this.name = name;
      this.header = new RecordHeader(name, value.getBytes(UTF_8));
    }

    Header with(String newValue) {
      if (!newValue.equals(value)) {
        value = newValue;
        header = new RecordHeader(name, newValue.getBytes(UTF_8));
      }
      return header;
    }
  }

  @Override
  public byte @Nullable [] encode(Event event, byte @Nullable [] key, List<Header> headers) {
    headers.add(VERSION);
    headers.add(new RecordHeader("ce_id", event.id().getBytes(UTF_8)));
    headers.add(source.with(event.source()));
    headers.add(type.with(event.type()));
    Optional<String> subject = event.subject();
    if (subject.isPresent()) {
      headers.add(new RecordHeader("ce_subject", subject.get().getBytes(UTF_8)));
    }
    Optional<Instant> time = event.time();
    if (time.isPresent()) {
      headers.add(new RecordHeader("ce_time", times.bytes(time.get())));
    }
    Optional<String> media = event.dataContentType();
    if (media.isPresent()) {
      headers.add(contentType.with(media.get()));
    }
    for (Map.Entry<String, String> extension : event.extensions().entrySet()) {
      addExtension(extension.getKey(), extension.getValue(), key, headers);
    }
    return Encoding.payload(event);
  }

  private void addExtension(
      String name, String value, byte @Nullable [] key, List<Header> headers) {
    if (name.equals(TOMBSTONE)) {
      return; // it is said by the value
    }
    if (name.equals(PARTITION_KEY) && key != null && Arrays.equals(value.getBytes(UTF_8), key)) {
      return; // it is said by the key
    }
    Remembered remembered = extensions.get(name);
    if (remembered == null) {
      remembered = new Remembered("ce_" + name);
      if (extensions.size() < MAX_REMEMBERED) {
        extensions.put(name, remembered);
      }
    }
    headers.add(remembered.with(value));
  }
}
