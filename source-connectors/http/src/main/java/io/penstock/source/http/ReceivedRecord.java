package io.penstock.source.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.cloudevents.CloudEvents;
import io.penstock.cloudevents.StructuredEvent;
import io.penstock.connector.DecodeException;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import io.penstock.source.http.log.Entry;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A record of the log. */
final class ReceivedRecord implements SourceRecord {

  /** What the objects of a record and its event weigh, roughly. */
  private static final int OVERHEAD_BYTES = 600;

  private static final String PARTITION_KEY = "partitionkey";

  private final Entry entry;
  private @Nullable Event event;

  ReceivedRecord(Entry entry) {
    this.entry = entry;
  }

  @Override
  public long position() {
    return entry.position();
  }

  /** The event has a copy of what it reads. */
  @Override
  public int sizeBytes() {
    return 2 * entry.bytes().length + OVERHEAD_BYTES;
  }

  @Override
  public long orderKey() {
    byte[] key = key();
    return key == null ? NO_ORDER_KEY : OrderKeys.of(key);
  }

  @Override
  public Event event() {
    Event known = event;
    if (known == null) {
      known = decode(StoredRequest.decode(entry.bytes()));
      event = known;
    }
    return known;
  }

  /**
   * The event of a request, structured or binary.
   *
   * @throws DecodeException if it is none
   */
  static Event decode(StoredRequest request) {
    boolean structured =
        request
            .header(StoredRequest.CONTENT_TYPE)
            .filter(type -> CloudEvents.mediaType(type).equals(CloudEvents.STRUCTURED_JSON))
            .isPresent();
    return structured
        ? StructuredEvent.decode(request.body(), extensions -> {})
        : BinaryHeaders.decode(request);
  }

  @Override
  public OriginalRecord original() {
    StoredRequest request = StoredRequest.decode(entry.bytes());
    return new OriginalRecord(
        key(),
        request.headers().stream()
            .map(h -> new OriginalRecord.Header(h.name(), h.value().getBytes(UTF_8)))
            .toList(),
        request.body());
  }

  @Override
  public byte @Nullable [] key() {
    Optional<String> key;
    try {
      key = event().extension(PARTITION_KEY);
    } catch (DecodeException e) {
      return null; // whoever asks for the event is told
    }
    return key.filter(text -> !text.isEmpty()).map(text -> text.getBytes(UTF_8)).orElse(null);
  }
}
