package io.penstock.connect.plugin;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;

/** Reads a list of its board from the stored offset on. */
public final class StrictSourceTask extends SourceTask {

  private final Set<SourceRecord> handedOut =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
  private Guard guard;
  private Board board;
  private List<String> list;
  private String name;
  private int next;
  private int batch;

  @Override
  public void initialize(SourceTaskContext given) {
    super.initialize(given);
    board = Board.of(given.configs().get("board"));
    guard = new Guard(board, "task");
    guard.in("initialize", () -> null);
  }

  @Override
  public void start(Map<String, String> properties) {
    guard.in(
        "start",
        () -> {
          name = properties.get("list");
          batch = Integer.parseInt(properties.getOrDefault("batch", "100"));
          list = board.list(name);
          Map<String, Object> offset = context.offsetStorageReader().offset(Map.of("list", name));
          if (offset != null && !(offset.get("position") instanceof Long)) {
            guard.violation("an offset that did not go through JSON: " + offset);
          }
          next = offset == null ? 0 : ((Long) offset.get("position")).intValue() + 1;
          board.values().put("started-" + name, String.valueOf(next));
          return null;
        });
  }

  @Override
  public List<SourceRecord> poll() {
    return guard.in(
        "poll",
        () -> {
          List<SourceRecord> records = new ArrayList<>();
          while (next < list.size() && records.size() < batch) {
            String[] entry = list.get(next).split("\t", 2);
            SourceRecord record =
                new SourceRecord(
                    Map.of("list", name),
                    Map.of("position", next), // an int: comes back as a long
                    "lists",
                    null,
                    Schema.OPTIONAL_STRING_SCHEMA,
                    entry[0].isEmpty() ? null : entry[0],
                    Schema.STRING_SCHEMA,
                    entry[1],
                    1_700_000_000_000L + next);
            record.headers().addString("colour", "red");
            handedOut.add(record);
            records.add(record);
            next++;
          }
          return records.isEmpty() ? null : records;
        });
  }

  @Override
  public void commitRecord(SourceRecord record, RecordMetadata metadata) {
    guard.in(
        "commitRecord",
        () -> {
          if (!handedOut.remove(record)) {
            guard.violation("commitRecord twice, or of a record that is not ours: " + record);
          }
          board.calls().add("committed " + name + " " + record.sourceOffset().get("position"));
          return null;
        });
  }

  @Override
  public void commit() {
    guard.in("commit", () -> null);
  }

  @Override
  public void stop() {
    guard.in("stop", () -> null);
  }

  @Override
  public String version() {
    return "1.2.3";
  }
}
