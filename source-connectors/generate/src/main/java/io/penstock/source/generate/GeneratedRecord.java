package io.penstock.source.generate;

import io.penstock.connector.OrderKeys;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record that was made up. */
final class GeneratedRecord implements SourceRecord {

  /** What the objects of a record weigh besides its payload, roughly. */
  private static final int OVERHEAD_BYTES = 300;

  private final long position;
  private final byte @Nullable [] key;
  private final long orderKey;
  private final Event event;

  GeneratedRecord(long position, @Nullable String key, Event event) {
    this.position = position;
    this.key = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    this.orderKey = this.key == null ? NO_ORDER_KEY : OrderKeys.of(this.key);
    this.event = event;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public int sizeBytes() {
    return event.data().length + OVERHEAD_BYTES;
  }

  @Override
  public long orderKey() {
    return orderKey;
  }

  @Override
  public Event event() {
    return event;
  }

  @Override
  public OriginalRecord original() {
    return new OriginalRecord(key, List.of(), event.data());
  }
}
