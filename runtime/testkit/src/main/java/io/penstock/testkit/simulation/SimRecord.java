package io.penstock.testkit.simulation;

import io.penstock.connector.DecodeException;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A record of the simulated log.
 *
 * @param lane its lane
 * @param position its position
 * @param keyText its key, empty for none
 * @param kind what happens to it
 */
record SimRecord(String lane, long position, String keyText, Kind kind) implements SourceRecord {

  /** What is special about a record. */
  enum Kind {
    PLAIN,
    FILTERED,
    UNREADABLE,
    /** The function rejects it. */
    REJECTED,
    /** The function fails whenever this event is in the batch. */
    POISON
  }

  String id() {
    return lane + "/" + position;
  }

  /** How many results the function makes of it. */
  int results() {
    return (int) (OrderKeys.of(id()) & 0xff) % 4;
  }

  @Override
  public int sizeBytes() {
    return 40 + (int) (position % 60);
  }

  @Override
  public long orderKey() {
    return keyText.isEmpty() ? NO_ORDER_KEY : OrderKeys.of(keyText);
  }

  @Override
  public Event event() {
    if (kind == Kind.UNREADABLE) {
      throw new DecodeException("unreadable on purpose");
    }
    return Event.builder().id(id()).type(kind.name()).text(keyText).build();
  }

  @Override
  public OriginalRecord original() {
    byte[] bytes = keyText.isEmpty() ? null : keyText.getBytes(StandardCharsets.UTF_8);
    return new OriginalRecord(bytes, List.of(), id().getBytes(StandardCharsets.UTF_8));
  }
}
