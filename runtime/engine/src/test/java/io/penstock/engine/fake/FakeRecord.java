package io.penstock.engine.fake;

import io.penstock.connector.DecodeException;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.SourceRecord;
import io.penstock.connector.SourceVerdict;
import io.penstock.functions.Event;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record in memory.
 *
 * @param id of its event
 * @param position in its lane
 * @param keyText what order is kept by, empty for nothing
 * @param sizeBytes what it counts for
 * @param route the route it names, or null
 * @param previousAttempts what the source knows of
 * @param problem why it can't be read, or null
 * @param verdict what the source has decided about it, or null
 */
public record FakeRecord(
    String id,
    long position,
    String keyText,
    int sizeBytes,
    @Nullable String route,
    int previousAttempts,
    @Nullable String problem,
    @Nullable SourceVerdict verdict)
    implements SourceRecord {

  /** A small record without anything special. */
  public static FakeRecord of(String id, long position, String key) {
    return new FakeRecord(id, position, key, 100, null, 0, null, null);
  }

  /** This record at another position. */
  public FakeRecord at(long other) {
    return new FakeRecord(id, other, keyText, sizeBytes, route, previousAttempts, problem, verdict);
  }

  /** This record with a size. */
  public FakeRecord sized(int bytes) {
    return new FakeRecord(id, position, keyText, bytes, route, previousAttempts, problem, verdict);
  }

  /** This record for a route. */
  public FakeRecord to(String name) {
    return new FakeRecord(
        id, position, keyText, sizeBytes, name, previousAttempts, problem, verdict);
  }

  /** This record after so many attempts. */
  public FakeRecord after(int attempts) {
    return new FakeRecord(id, position, keyText, sizeBytes, route, attempts, problem, verdict);
  }

  /** This record, unreadable. */
  public FakeRecord unreadable(String why) {
    return new FakeRecord(id, position, keyText, sizeBytes, route, previousAttempts, why, verdict);
  }

  /** This record, about which its source has decided. */
  public FakeRecord given(SourceVerdict decided) {
    return new FakeRecord(
        id, position, keyText, sizeBytes, route, previousAttempts, problem, decided);
  }

  @Override
  public long orderKey() {
    return keyText.isEmpty() ? NO_ORDER_KEY : OrderKeys.of(keyText);
  }

  @Override
  public Event event() {
    if (problem != null) {
      throw new DecodeException(problem);
    }
    return Event.builder().id(id).type("test").text(id).build();
  }

  @Override
  public OriginalRecord original() {
    return new OriginalRecord(
        keyText.isEmpty() ? null : keyText.getBytes(StandardCharsets.UTF_8),
        List.of(),
        id.getBytes(StandardCharsets.UTF_8));
  }
}
