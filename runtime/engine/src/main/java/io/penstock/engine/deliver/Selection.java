package io.penstock.engine.deliver;

import io.penstock.connector.Codec;
import io.penstock.connector.DecodeException;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.engine.DeliveryPolicy.UnreadableData;
import io.penstock.engine.SinkPlan;
import io.penstock.engine.codec.JsonCodec;
import io.penstock.engine.transform.TransformException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a delivery goes to the sink: what passes the sink's own filter, transformed. The rest is
 * decided here: what doesn't pass counts as delivered, what can't be read or transformed is refused.
 * Made on the sink's worker, read by the core afterwards.
 */
final class Selection {

  private static final Codec JSON = new JsonCodec();

  private final List<SinkRecord> records;
  private final @Nullable SinkOutcome[] decided;
  private final @Nullable String[] codes;
  private int unreadable;

  private Selection(int size) {
    this.records = new ArrayList<>(size);
    this.decided = new SinkOutcome[size];
    this.codes = new String[size];
  }

  static <W> Selection of(
      List<Parcel<W>> parcels, SinkPlan plan, Codec format, UnreadableData policy) {
    Selection selection = new Selection(parcels.size());
    for (int i = 0; i < selection.decided.length; i++) {
      selection.select(i, parcels.get(i).record(), plan, format, policy);
    }
    return selection;
  }

  private void select(
      int i, SinkRecord record, SinkPlan plan, Codec format, UnreadableData policy) {
    // Dead letters are JSON whatever the payloads are that died.
    Codec codec = record.event() instanceof DeadLetterEvent ? JSON : format;
    try {
      if (plan.filter().isPresent() && !plan.filter().get().passes(record.event(), codec)) {
        decided[i] = SinkOutcome.Delivered.INSTANCE;
        return;
      }
    } catch (DecodeException e) {
      unreadable++;
      if (policy == UnreadableData.NO_MATCH) {
        decided[i] = SinkOutcome.Delivered.INSTANCE;
      } else {
        refuse(i, "UNREADABLE", e.getMessage());
      }
      return;
    }
    try {
      records.add(
          plan.transform().isEmpty()
              ? record
              : new SinkRecord(
                  plan.transform().get().apply(record.event(), codec),
                  record.key(),
                  record.orderKey(),
                  record.cause()));
    } catch (DecodeException e) {
      unreadable++;
      refuse(i, "UNREADABLE", e.getMessage());
    } catch (TransformException e) {
      refuse(i, "TRANSFORM_FAILED", e.getMessage());
    }
  }

  private void refuse(int i, String code, String text) {
    decided[i] = new SinkOutcome.Reject(text);
    codes[i] = code;
  }

  /** What the sink gets. */
  List<SinkRecord> records() {
    return records;
  }

  /** Of how many records the payload could not be read. */
  int unreadable() {
    return unreadable;
  }

  /** The code of a refusal that was decided here; null for one that the sink decided. */
  @Nullable String code(int i) {
    return codes[i];
  }

  /** The outcomes of all, those of the sink put in their places. */
  List<SinkOutcome> outcomes(List<SinkOutcome> sent) {
    List<SinkOutcome> all = new ArrayList<>(decided.length);
    int next = 0;
    for (SinkOutcome outcome : decided) {
      all.add(outcome != null ? outcome : sent.get(next++));
    }
    if (next != sent.size()) {
      throw new IllegalStateException(sent.size() + " outcomes for " + next + " records");
    }
    return all;
  }
}
