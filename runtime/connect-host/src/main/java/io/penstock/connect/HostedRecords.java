package io.penstock.connect;

import io.penstock.connect.HostedRecord.Content;
import io.penstock.connect.HostedRecord.Origin;
import io.penstock.connect.HostedRecord.Place;
import io.penstock.connect.RecordShape.Shaped;
import io.penstock.connect.SourceTaskThread.Polled;
import io.penstock.connector.OriginalRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers the records of one task and makes of each what goes on: by transforms, the shape and
 * converters. Used by the task's thread.
 */
final class HostedRecords implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(HostedRecords.class);

  private final Origin origin;
  private final Converters converters;
  private final Transforms<SourceRecord> transforms;
  private final RecordShape shape;
  private long sequence;
  private @Nullable Place last;

  HostedRecords(
      Origin origin,
      long firstSequence,
      Converters converters,
      Transforms<SourceRecord> transforms,
      RecordShape shape) {
    this.origin = origin;
    this.sequence = firstSequence;
    this.converters = converters;
    this.transforms = transforms;
    this.shape = shape;
  }

  /** The next record; one that a transform or converter fails on becomes an event that can't be read. */
  Polled hosted(SourceRecord original) {
    long number = sequence++;
    try {
      SourceRecord transformed = transforms.apply(original);
      Shaped shaped = transformed == null ? Shaped.Skipped.INSTANCE : shape.shape(transformed);
      Place place = place(original, shaped);
      return new Polled(
          number,
          original,
          transformed == null || shaped instanceof Shaped.Skipped
              ? null
              : new HostedRecord(origin, number, place, content(transformed, shaped)));
    } catch (RuntimeException e) {
      Content unreadable =
          new Content(
              Objects.requireNonNullElse(original.topic(), ""),
              null,
              null,
              String.valueOf(original.value()).getBytes(StandardCharsets.UTF_8),
              List.of(),
              "",
              HostedRecord.TYPE,
              Map.of(),
              "a transform or converter failed: " + e);
      Place place = place(original, Shaped.Plain.INSTANCE);
      return new Polled(number, original, new HostedRecord(origin, number, place, unreadable));
    }
  }

  @SuppressWarnings("unchecked") // partitions and offsets have texts for keys
  private Place place(SourceRecord record, Shaped shaped) {
    Map<String, ?> partition = (Map<String, ?>) record.sourcePartition();
    Map<String, ?> offset =
        shaped instanceof Shaped.Placed placed
            ? placed.place()
            : (Map<String, ?>) record.sourceOffset();
    Place before = last;
    int ordinal =
        before != null
                && offset != null
                && Objects.equals(partition, before.partition())
                && Objects.equals(offset, before.offset())
            ? before.ordinal() + 1
            : 0;
    Place place = new Place(partition, offset, ordinal);
    last = place;
    return place;
  }

  private Content content(SourceRecord record, Shaped shaped) {
    String topic = Objects.requireNonNullElse(record.topic(), "");
    RecordHeaders headers = new RecordHeaders();
    List<OriginalRecord.Header> all = new ArrayList<>();
    for (Header header : record.headers()) {
      byte[] value = converters.header(topic, header.key(), header.schema(), header.value());
      headers.add(header.key(), value);
      all.add(new OriginalRecord.Header(header.key(), value));
    }
    byte[] key = converters.key(topic, headers, record.keySchema(), record.key());
    if (shaped instanceof Shaped.Changed changed) {
      return new Content(
          topic,
          record.timestamp(),
          key,
          changed.payload(),
          List.copyOf(all),
          "application/json",
          changed.type(),
          changed.extensions(),
          null);
    }
    byte[] value = converters.value(topic, headers, record.valueSchema(), record.value());
    return new Content(
        topic,
        record.timestamp(),
        key,
        value,
        List.copyOf(all),
        converters.mediaType(),
        shaped instanceof Shaped.Placed placed ? placed.type() : HostedRecord.TYPE,
        shaped instanceof Shaped.Placed placed ? placed.extensions() : Map.of(),
        null);
  }

  @Override
  public void close() {
    for (AutoCloseable part : List.of(transforms, converters)) {
      try {
        part.close();
      } catch (Exception e) {
        log.warn("{}: a transform or converter failed to close", origin.connector(), e);
      }
    }
  }
}
