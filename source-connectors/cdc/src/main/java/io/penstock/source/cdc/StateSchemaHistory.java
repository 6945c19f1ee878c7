package io.penstock.source.cdc;

import io.debezium.config.Configuration;
import io.debezium.connector.AbstractSourceInfo;
import io.debezium.document.Document;
import io.debezium.document.DocumentReader;
import io.debezium.document.DocumentWriter;
import io.debezium.relational.history.AbstractSchemaHistory;
import io.debezium.relational.history.HistoryRecord;
import io.debezium.relational.history.HistoryRecordComparator;
import io.debezium.relational.history.SchemaHistoryException;
import io.debezium.relational.history.SchemaHistoryListener;
import io.penstock.connect.Offsets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How tables have looked over time, in the worker's state: rows in a binary log are bare values, and mean
 * what their table was when they were written. Made by Debezium, by its name.
 *
 * <pre>connect/NAME/parts/schemas/000000000   the record's own JSON</pre>
 */
public final class StateSchemaHistory extends AbstractSchemaHistory {

  private DebeziumParts.@Nullable Lent lent;
  private long next;

  /** For Debezium. */
  public StateSchemaHistory() {}

  @Override
  public void configure(
      Configuration settings,
      HistoryRecordComparator comparator,
      SchemaHistoryListener listener,
      boolean useCatalogBeforeSchema) {
    super.configure(settings, comparator, listener, useCatalogBeforeSchema);
    lent = DebeziumParts.lent(settings.getString(DebeziumParts.HISTORY_SETTING));
  }

  private DebeziumParts.Lent lent() {
    DebeziumParts.Lent known = lent;
    if (known == null) {
      throw new IllegalStateException("the schema history is not configured");
    }
    return known;
  }

  private List<String> keys() {
    return lent().state().keys(lent().schemas());
  }

  @Override
  public synchronized void start() {
    super.start();
    List<String> keys = keys();
    next = keys.isEmpty() ? 0 : number(keys.get(keys.size() - 1)) + 1;
  }

  private static long number(String key) {
    return Long.parseLong(key.substring(key.lastIndexOf('/') + 1));
  }

  @Override
  protected synchronized void storeRecord(HistoryRecord record) {
    try {
      String text = DocumentWriter.defaultWriter().write(record.document());
      String key = String.format(Locale.ROOT, "%s/%09d", lent().schemas(), next);
      lent().state().put(key, text.getBytes(StandardCharsets.UTF_8));
      next++;
      storeFirstPlace(record.document());
    } catch (IOException e) {
      throw new SchemaHistoryException("a schema can't be written as JSON", e);
    }
  }

  /**
   * The first attempt at a snapshot begins with its tables' schemas. From its place the changes are read
   * that follow, also if it has to be taken again and none of its rows was settled: see {@link
   * WholeSnapshot}.
   */
  private void storeFirstPlace(Document record) {
    Map<String, ?> place = plain(record.getDocument(HistoryRecord.Fields.POSITION));
    if (place.containsKey(AbstractSourceInfo.SNAPSHOT_KEY) && lent().offsets().all().isEmpty()) {
      Map<String, ?> partition = plain(record.getDocument(HistoryRecord.Fields.SOURCE));
      lent().offsets().change(List.of(new Offsets.Offset(partition, place)));
    }
  }

  private static Map<String, ?> plain(Document document) {
    Map<String, Object> plain = new HashMap<>();
    document.forEach(field -> plain.put(field.getName().toString(), field.getValue().asObject()));
    return plain;
  }

  @Override
  protected synchronized void recoverRecords(Consumer<HistoryRecord> records) {
    for (String key : keys()) {
      byte[] stored = lent().state().get(key).orElse(null);
      if (stored == null) {
        continue; // reset meanwhile
      }
      try {
        records.accept(
            new HistoryRecord(
                DocumentReader.defaultReader().read(new String(stored, StandardCharsets.UTF_8))));
      } catch (IOException e) {
        throw new SchemaHistoryException(
            "the stored schema "
                + key
                + " can't be read. Reset the connector's offsets to begin anew",
            e);
      }
    }
  }

  @Override
  public boolean exists() {
    return !keys().isEmpty();
  }

  @Override
  public boolean storageExists() {
    return true;
  }

  @Override
  public String toString() {
    return "the worker's state";
  }
}
