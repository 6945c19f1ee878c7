package io.penstock.server.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.server.crash.Produced.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The record of an event: everything in it follows from its number, key, sequence and kind, so that it
 * can be made once more to compare with. Every second one is a CloudEvent with an id of its own.
 *
 * @param number its place among all events of a run
 * @param key which key it has, or {@link Produced#NO_KEY}
 * @param sequence its place among the events of its key
 * @param kind what is to become of it
 * @param bytes how long its payload is at least
 */
record TestRecord(int number, int key, int sequence, Kind kind, int bytes) {

  private static final byte[] NO_TEXT = {(byte) 0xff, 0, (byte) 0x80};

  static TestRecord of(Produced event, int bytes) {
    return new TestRecord(event.number(), event.key(), event.sequence(), event.kind(), bytes);
  }

  byte @Nullable [] keyBytes() {
    return key == Produced.NO_KEY ? null : ("key-" + key).getBytes(UTF_8);
  }

  byte[] value() {
    String text =
        "{\"number\": "
            + number
            + ", \"kind\": \""
            + kind
            + "\", \"pass\": \""
            + (kind == Kind.FILTERED ? "no" : "yes")
            + "\", \"pad\": \"";
    String pad = "x".repeat(Math.max(0, bytes - text.length() - 2));
    return (text + pad + (kind == Kind.UNREADABLE ? "" : "\"}")).getBytes(UTF_8);
  }

  List<Header> headers() {
    List<Header> headers = new ArrayList<>();
    if (isCloudEvent(number)) {
      headers.add(new RecordHeader("ce_specversion", "1.0".getBytes(UTF_8)));
      headers.add(new RecordHeader("ce_id", String.valueOf(expectedId(number)).getBytes(UTF_8)));
      headers.add(new RecordHeader("ce_source", "/crash".getBytes(UTF_8)));
      headers.add(new RecordHeader("ce_type", "io.penstock.crash".getBytes(UTF_8)));
    }
    if (number % 3 == 0) {
      headers.add(new RecordHeader("binary", NO_TEXT));
      headers.add(new RecordHeader("nothing", null));
    }
    return headers;
  }

  ProducerRecord<byte[], byte[]> to(String topic) {
    return new ProducerRecord<>(topic, null, keyBytes(), value(), headers());
  }

  private static boolean isCloudEvent(int number) {
    return number % 2 == 1;
  }

  /** The id the producer gives to an event; null if it leaves that to Penstock. */
  static @Nullable String expectedId(int number) {
    return isCloudEvent(number) ? "event-" + number : null;
  }
}
