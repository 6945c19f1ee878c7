package io.penstock.source.kafka;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.DecodeException;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.SourceEvent;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaRecordTest {

  private static final Origin ORIGIN = Origin.of("cluster", "topic-id", "orders", 3);
  private final RecordHeaders headers = new RecordHeaders();

  private KafkaRecord record(byte @Nullable [] key, byte @Nullable [] value) {
    return new KafkaRecord(
        ORIGIN,
        new ConsumerRecord<>(
            "orders",
            3,
            42,
            1_700_000_000_123L,
            TimestampType.CREATE_TIME,
            0,
            0,
            key,
            value,
            headers,
            Optional.empty()));
  }

  private KafkaRecord record(@Nullable String key, @Nullable String value) {
    return record(
        key == null ? null : key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8));
  }

  private KafkaRecordTest header(String name, String value) {
    headers.add(name, value.getBytes(UTF_8));
    return this;
  }

  @Test
  void makesAPlainRecordAnEvent() {
    header("traceparent", "00-abc").header("X-Other", "no").header("id", "no");
    headers.add("binary", new byte[] {(byte) 0xff}).add("empty", null);
    Event event = record("k-1", "hello").event();
    assertThat(event.id()).isEqualTo("cluster/topic-id/3/42");
    assertThat(event.source()).isEqualTo("kafka://cluster/orders");
    assertThat(event.type()).isEqualTo("io.penstock.kafka.record");
    assertThat(event.subject()).hasValue("k-1");
    assertThat(event.time()).hasValue(Instant.ofEpochMilli(1_700_000_000_123L));
    assertThat(event.dataContentType()).isEmpty();
    assertThat(event.text()).isEqualTo("hello");
    assertThat(event.extensions())
        .isEqualTo(
            Map.of(
                "kafkatopic", "orders",
                "kafkapartition", "3",
                "kafkaoffset", "42",
                "partitionkey", "k-1",
                "traceparent", "00-abc"));
  }

  @Test
  void passesOnWhatResultsHaveInCommonWithIt() {
    assertThat(SourceEvent.passedOnBy(record("k-1", "hello").event()))
        .isEqualTo(Map.of("partitionkey", "k-1"));
    assertThat(SourceEvent.passedOnBy(record((String) null, "hello").event())).isEmpty();
    header("traceparent", "00-abc").header("ce_specversion", "1.0").header("ce_id", "1");
    header("ce_source", "/s").header("ce_type", "t").header("ce_kafkaoffset", "7");
    assertThat(SourceEvent.passedOnBy(record("k-1", "hello").event()))
        .isEqualTo(Map.of("partitionkey", "k-1", "traceparent", "00-abc"));
  }

  @Test
  void keepsWhatTheRecordWas() {
    header("a", "1").header("a", "2");
    headers.add("nothing", null);
    OriginalRecord original = record("k", "v").original();
    assertThat(original.key()).isEqualTo("k".getBytes(UTF_8));
    assertThat(original.value()).isEqualTo("v".getBytes(UTF_8));
    assertThat(original.headers())
        .extracting(OriginalRecord.Header::name)
        .containsExactly("a", "a", "nothing");
    assertThat(original.headers().get(1).value()).isEqualTo("2".getBytes(UTF_8));
    assertThat(original.headers().get(2).value()).isNull();
  }

  @Test
  void knowsRecordsWithoutKeyOrValue() {
    KafkaRecord tombstone = record("k", null);
    assertThat(tombstone.event().data()).isEmpty();
    assertThat(tombstone.original().value()).isNull();
    assertThat(tombstone.event().extensions()).containsEntry("kafkatombstone", "true");

    KafkaRecord keyless = record((String) null, "v");
    assertThat(keyless.orderKey()).isEqualTo(SourceRecord.NO_ORDER_KEY);
    assertThat(keyless.event().subject()).isEmpty();
    assertThat(keyless.event().extensions()).doesNotContainKeys("partitionkey", "kafkatombstone");
    assertThat(keyless.original().key()).isNull();
  }

  @Test
  void takesAKeyAsTextOnlyIfItIsUtf8() {
    KafkaRecord binary = record(new byte[] {(byte) 0xc3, 0x28}, new byte[0]);
    assertThat(binary.event().subject()).isEmpty();
    assertThat(binary.event().extensions()).doesNotContainKey("partitionkey");
    assertThat(binary.orderKey()).isEqualTo(OrderKeys.of(new byte[] {(byte) 0xc3, 0x28}));
    assertThat(record("schlüssel", "").event().subject()).hasValue("schlüssel");
    assertThat(record("", "").event().subject()).isEmpty();
  }

  @Test
  void countsTheMemoryItKeeps() {
    int bare = record((String) null, (String) null).sizeBytes();
    assertThat(record("key", "value").sizeBytes()).isEqualTo(bare + 8);
    header("name", "0123456789");
    assertThat(record("key", "value").sizeBytes()).isGreaterThan(bare + 8 + 14);
  }

  @Test
  void readsABinaryCloudEvent() {
    header("ce_specversion", "1.0")
        .header("ce_id", "e-1")
        .header("ce_source", "/shop")
        .header("ce_type", "order.paid")
        .header("ce_subject", "o-17")
        .header("ce_time", "2026-01-31T23:59:59+01:00")
        .header("content-type", "application/json")
        .header("ce_dataschema", "urn:schema")
        .header("ce_colour", "red")
        .header("colour", "blue")
        .header("ce_kafkaoffset", "7");
    Event event = record("k", "{}").event();
    assertThat(event.id()).isEqualTo("e-1");
    assertThat(event.source()).isEqualTo("/shop");
    assertThat(event.type()).isEqualTo("order.paid");
    assertThat(event.subject()).hasValue("o-17");
    assertThat(event.time()).hasValue(Instant.parse("2026-01-31T22:59:59Z"));
    assertThat(event.dataContentType()).hasValue("application/json");
    assertThat(event.text()).isEqualTo("{}");
    assertThat(event.extensions())
        .isEqualTo(
            Map.of(
                "colour", "red",
                "dataschema", "urn:schema",
                "kafkatopic", "orders",
                "kafkapartition", "3",
                "kafkaoffset", "42",
                "partitionkey", "k"));
  }

  @Test
  void prefersThePartitionKeyTheProducerNamed() {
    header("ce_specversion", "1.0").header("ce_id", "1").header("ce_source", "s");
    header("ce_type", "t").header("ce_partitionkey", "named");
    KafkaRecord record = record("k", "");
    assertThat(record.event().extension("partitionkey")).hasValue("named");
    assertThat(record.event().subject()).isEmpty();
    assertThat(record.orderKey()).as("order is by the record's key").isEqualTo(OrderKeys.of("k"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ce_id", "ce_source", "ce_type"})
  void refusesABinaryCloudEventWithoutAnAttributeItNeeds(String missing) {
    header("ce_specversion", "1.0");
    for (String name : new String[] {"ce_id", "ce_source", "ce_type"}) {
      if (!name.equals(missing)) {
        header(name, "x");
      }
    }
    assertThatThrownBy(() -> record("k", "secret payload").event())
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining(missing)
        .hasMessageNotContaining("secret");
  }

  @Test
  void refusesBinaryCloudEventsOfOtherVersionsWithBadTimesOrTexts() {
    header("ce_specversion", "0.3");
    assertThatThrownBy(() -> record("k", "").event()).hasMessageContaining("0.3");
    header("ce_specversion", "1.0").header("ce_id", "1").header("ce_source", "s");
    headers.remove("ce_specversion");
    header("ce_specversion", "1.0").header("ce_type", "t").header("ce_time", "today");
    assertThatThrownBy(() -> record("k", "").event()).hasMessageContaining("ce_time");
    headers.remove("ce_time").add("ce_subject", "ü".getBytes(ISO_8859_1));
    assertThatThrownBy(() -> record("k", "").event()).hasMessageContaining("UTF-8");
  }

  @Test
  void givesTheSameEventEachTime() {
    header("ce_specversion", "1.0").header("ce_id", "1").header("ce_source", "s");
    header("ce_type", "t");
    KafkaRecord binary = record("k", "");
    assertThat(binary.event()).isSameAs(binary.event());
    headers.remove("ce_specversion");
    KafkaRecord plain = record("k", "");
    assertThat(plain.event()).isSameAs(plain);
  }
}
