package io.penstock.connect;

import io.penstock.functions.Event;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.runtime.InternalSinkRecord;
import org.apache.kafka.connect.runtime.errors.ProcessingContext;
import org.apache.kafka.connect.sink.SinkRecord;

/** Makes events into records for a sink plugin: the payload is the value, attributes are headers. */
final class SinkRecords {

  private static final String TOMBSTONE = "connecttombstone";

  private SinkRecords() {}

  static SinkRecord make(
      Converters converters, String topic, long offset, io.penstock.connector.SinkRecord sent) {
    Event event = sent.event();
    RecordHeaders raw = new RecordHeaders();
    ConnectHeaders headers = new ConnectHeaders();
    add(converters, topic, raw, headers, "ce_id", event.id());
    add(converters, topic, raw, headers, "ce_source", event.source());
    add(converters, topic, raw, headers, "ce_type", event.type());
    event.subject().ifPresent(s -> add(converters, topic, raw, headers, "ce_subject", s));
    event
        .extensions()
        .forEach((name, value) -> add(converters, topic, raw, headers, "ce_" + name, value));
    boolean tombstone = event.data().length == 0 && event.extensions().containsKey(TOMBSTONE);
    SchemaAndValue key = converters.keyData(topic, raw, sent.key());
    SchemaAndValue value = converters.valueData(topic, raw, tombstone ? null : event.data());
    Long time = event.time().map(t -> t.toEpochMilli()).orElse(null);
    return new SinkRecord(
        topic,
        0,
        key.schema(),
        key.value(),
        value.schema(),
        value.value(),
        offset,
        time,
        time == null ? TimestampType.NO_TIMESTAMP_TYPE : TimestampType.CREATE_TIME,
        headers);
  }

  /**
   * A record after its transforms, in the form that plugins get it from Kafka's workers: some look there
   * for where it was before its transforms.
   */
  @SuppressWarnings("NullAway") // a record may have no key
  static SinkRecord asKafkaGives(
      SinkRecord transformed, String topic, long offset, io.penstock.connector.SinkRecord sent) {
    return new InternalSinkRecord(
        new ProcessingContext<>(
            new ConsumerRecord<>(topic, 0, offset, sent.key(), sent.event().data())),
        transformed);
  }

  private static void add(
      Converters converters,
      String topic,
      RecordHeaders raw,
      ConnectHeaders headers,
      String name,
      String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    raw.add(name, bytes);
    headers.add(name, converters.headerData(topic, name, bytes));
  }
}
