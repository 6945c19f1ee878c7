package io.penstock.connect.plugin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.runtime.InternalSinkRecord;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * Keeps what it is given until preCommit, and writes it to its board then. What says {@code hopeless} is
 * reported and not kept.
 */
public final class StrictSinkTask extends SinkTask {

  private final Set<TopicPartition> opened = new HashSet<>();
  private final Map<TopicPartition, Long> last = new HashMap<>();
  private final List<String> kept = new ArrayList<>();
  private Guard guard;
  private Board board;
  private boolean closed;

  @Override
  public void initialize(SinkTaskContext given) {
    super.initialize(given);
    board = Board.of(given.configs().get("board"));
    guard = new Guard(board, "task");
    guard.in("initialize", () -> null);
  }

  @Override
  public void start(Map<String, String> properties) {
    guard.in("start", () -> null);
  }

  @Override
  public void open(Collection<TopicPartition> partitions) {
    guard.in("open", () -> opened.addAll(partitions));
  }

  @Override
  public void put(Collection<SinkRecord> records) {
    guard.in(
        "put",
        () -> {
          if (closed) {
            guard.violation("put after close");
          }
          for (SinkRecord record : records) {
            put(record);
          }
          return null;
        });
  }

  private void put(SinkRecord record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.kafkaPartition());
    if (!opened.contains(partition) || !context.assignment().contains(partition)) {
      guard.violation("put before open of " + partition);
    }
    if (!(record instanceof InternalSinkRecord given)
        || given.context().original().offset() != record.kafkaOffset()) {
      guard.violation("a record that is not as Kafka's workers give it");
    }
    Long before = last.put(partition, record.kafkaOffset());
    if (before != null
        && before >= record.kafkaOffset()
        && !board.values().containsKey("rewound")) {
      guard.violation("offset " + record.kafkaOffset() + " after " + before);
    }
    String text = String.valueOf(record.value());
    if (text.contains("hopeless")) {
      context.errantRecordReporter().report(record, new DataException("hopeless"));
    } else {
      kept.add(record.headers().lastWithName("ce_id").value() + "\t" + text);
    }
    if (board.values().remove("rewind") != null) {
      board.values().put("rewound", "yes");
      kept.clear();
      context.offset(partition, 0);
    }
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> current) {
    return guard.in(
        "preCommit",
        () -> {
          if (closed) {
            guard.violation("preCommit after close");
          }
          if ("nothing".equals(board.values().get("confirms"))) {
            return Map.of();
          }
          board.arrived().addAll(kept);
          kept.clear();
          if ("ahead".equals(board.values().get("confirms"))) {
            Map<TopicPartition, OffsetAndMetadata> ahead = new HashMap<>(current);
            ahead.replaceAll((tp, put) -> new OffsetAndMetadata(put.offset() + 1_000));
            return ahead;
          }
          return current;
        });
  }

  @Override
  public void close(Collection<TopicPartition> partitions) {
    guard.in(
        "close",
        () -> {
          if (!opened.equals(new HashSet<>(partitions))) {
            guard.violation("close of " + partitions + ", but open are " + opened);
          }
          closed = true;
          return null;
        });
  }

  @Override
  public void stop() {
    guard.in(
        "stop",
        () -> {
          if (!closed && !opened.isEmpty()) {
            guard.violation("stop before close");
          }
          return null;
        });
  }

  @Override
  public String version() {
    return "1.2.3";
  }
}
