package io.penstock.source.cdc;

import io.penstock.connect.Companion;
import io.penstock.connect.Offsets;
import io.penstock.connect.RecordShape;
import io.penstock.connector.HttpRoute;
import io.penstock.connector.SnapshotProgress;
import io.penstock.connector.StateStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands beside Debezium's connector. Debezium makes {@link StateSchemaHistory}, {@link
 * ProgressChannel} and {@link WholeSnapshot} by their names; each finds what it works with by a word in its settings.
 */
final class DebeziumParts implements Companion {

  /** The setting with the word. */
  static final String SETTING = "penstock.parts";

  /** The same for {@link StateSchemaHistory}, which sees no others. */
  static final String HISTORY_SETTING = "schema.history.internal." + SETTING;

  private static final Map<String, Lent> LENT = new ConcurrentHashMap<>();

  /**
   * What is lent while a source runs.
   *
   * @param schemas under which keys of the state schemas are kept
   */
  record Lent(
      StateStore state, Offsets offsets, String schemas, SnapshotMeter meter, Database database) {}

  private final CdcConfig config;
  private final Database database;
  private final SnapshotMeter meter;
  private @Nullable String word;

  DebeziumParts(CdcConfig config, Database database, SnapshotMeter meter) {
    this.config = config;
    this.database = database;
    this.meter = meter;
  }

  @Override
  public RecordShape shape() {
    return new ChangeShape(config, meter);
  }

  @Override
  public Map<String, String> started(String connector, StateStore state) {
    String made = UUID.randomUUID().toString();
    word = made;
    LENT.put(
        made,
        new Lent(
            state,
            new Offsets(connector, state),
            Offsets.partsPrefix(connector) + "/schemas",
            meter,
            database));
    return Map.of(SETTING, made, HISTORY_SETTING, made);
  }

  @Override
  public void ended() {
    String known = word;
    word = null;
    if (known != null) {
      LENT.remove(known);
    }
    meter.ended();
  }

  /**
   * What a word stands for. Any thread.
   *
   * @throws IllegalStateException if the source has ended
   */
  static Lent lent(String word) {
    Lent lent = LENT.get(word);
    if (lent == null) {
      throw new IllegalStateException("the source has ended; it lends nothing any more");
    }
    return lent;
  }

  @Override
  public Optional<SnapshotProgress> snapshot() {
    return meter.progress();
  }

  @Override
  public List<HttpRoute> httpRoutes() {
    return new SnapshotRequests(config, database).routes();
  }
}
