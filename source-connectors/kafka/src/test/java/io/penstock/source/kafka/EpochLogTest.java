package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class EpochLogTest {

  private final EpochLog epochs = new EpochLog();

  private static ConsumerRecord<byte[], byte[]> record(long offset, int epoch) {
    return new ConsumerRecord<>(
        "t",
        0,
        offset,
        0,
        TimestampType.CREATE_TIME,
        0,
        0,
        null,
        null,
        new RecordHeaders(),
        Optional.of(epoch));
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(long from, long to, int epoch) {
    return LongStream.range(from, to).mapToObj(offset -> record(offset, epoch)).toList();
  }

  @Test
  void knowsTheEpochOfTheRecordBeforeAnOffset() {
    epochs.add(records(0, 10, 3));
    epochs.add(records(10, 20, 3));
    epochs.add(List.of(record(20, 3), record(21, 5), record(25, 6)));
    assertThat(epochs.before(0)).isEmpty();
    assertThat(epochs.before(1)).hasValue(3);
    assertThat(epochs.before(21)).hasValue(3);
    assertThat(epochs.before(22)).hasValue(5);
    assertThat(epochs.before(25)).hasValue(5);
    assertThat(epochs.before(26)).hasValue(6);
    assertThat(epochs.before(1_000)).hasValue(6);
  }

  @Test
  void forgetsWhatIsFurtherBackThanTheLastQuestion() {
    epochs.add(records(0, 10, 1));
    epochs.add(records(10, 20, 2));
    assertThat(epochs.before(15)).hasValue(2);
    assertThat(epochs.before(5)).isEmpty();
  }

  @Test
  void beginsAnew() {
    epochs.add(9, 4);
    assertThat(epochs.before(10)).hasValue(4);
    epochs.reset();
    assertThat(epochs.before(10)).isEmpty();
  }
}
