package io.penstock.source.cdc;

import io.debezium.bean.StandardBeanNames;
import io.debezium.pipeline.spi.OffsetContext;
import io.debezium.pipeline.spi.Offsets;
import io.debezium.pipeline.spi.Partition;
import io.debezium.snapshot.mode.InitialSnapshotter;
import java.sql.SQLException;
import java.util.Map;
import org.apache.kafka.connect.errors.RetriableException;

/**
 * Debezium's snapshot at the first start, but for one that is taken again: its own is followed by what
 * changes from then on, so a row that was read before and is gone since stays in a copy for ever. This one
 * is followed by all changes since the first attempt. Made by Debezium, by its name.
 */
public class WholeSnapshot extends InitialSnapshotter {

  static final String NAME = "penstock";

  private boolean fromBefore;

  /** For Debezium. */
  public WholeSnapshot() {}

  @Override
  public String name() {
    return NAME;
  }

  /** Called at each start, also at those that Debezium makes itself when a connection breaks. */
  @Override
  public final void configure(Map<String, ?> properties) {
    DebeziumParts.Lent lent =
        DebeziumParts.lent(String.valueOf(properties.get(DebeziumParts.SETTING)));
    Offsets<?, ?> offsets = beanRegistry.lookupByName(StandardBeanNames.OFFSETS, Offsets.class);
    try {
      fromBefore = isAhead(offsets) && lent.database().keepsChanges();
    } catch (SQLException e) {
      throw new RetriableException("the database does not tell what it keeps", e);
    }
    if (fromBefore && lent.database().hasSlots()) {
      forget(offsets);
    }
  }

  private boolean isAhead(Offsets<?, ?> offsets) {
    OffsetContext known = offsets.getTheOnlyOffset();
    return shouldSnapshotData(known != null, known != null && known.isInitialSnapshotRunning());
  }

  /**
   * The slot knows better. With an offset Debezium would follow the log up to now before it reads any row,
   * and where nothing changes it would wait for ever.
   */
  private static <P extends Partition, O extends OffsetContext> void forget(Offsets<P, O> offsets) {
    offsets.resetOffset(offsets.getTheOnlyPartition());
  }

  @Override
  public final boolean shouldStreamEventsStartingFromSnapshot() {
    return !fromBefore;
  }

  /** The same at every start. */
  public static final class Always extends WholeSnapshot {

    static final String NAME = "penstock_always";

    /** For Debezium. */
    public Always() {}

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public boolean shouldSnapshotData(boolean offsetExists, boolean snapshotInProgress) {
      return true;
    }

    @Override
    public boolean shouldSnapshotSchema(boolean offsetExists, boolean snapshotInProgress) {
      return super.shouldSnapshotSchema(false, snapshotInProgress);
    }
  }
}
