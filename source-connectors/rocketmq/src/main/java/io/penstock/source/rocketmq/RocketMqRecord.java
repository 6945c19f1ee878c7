package io.penstock.source.rocketmq;

import io.penstock.cloudevents.CloudEvents;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.OriginalRecord;
import io.penstock.connector.SourceEvent;
import io.penstock.connector.SourceRecord;
import io.penstock.functions.Event;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.rocketmq.common.message.MessageConst;
import org.jspecify.annotations.Nullable;

/**
 * A message, and the event it is if it is no CloudEvent. One object for both, made for each
 * message; what not every event is asked for is computed when asked for, and kept in plain fields:
 * readers on several threads may compute it twice, with the same result.
 */
final class RocketMqRecord implements SourceRecord, SourceEvent {

  /** What all events are that no producer gave another type. */
  static final String TYPE = "io.penstock.rocketmq.message";

  /** The extensions that tell where a message was, or how often it was delivered. */
  static final Set<String> POSITION =
      Set.of("rocketmqtopic", "rocketmqqueue", "rocketmqoffset", "rocketmqattempt");

  /** Properties that client and broker put in for themselves: no producer has said them. */
  private static final Set<String> TRANSIENT =
      Set.of(
          MessageConst.PROPERTY_MIN_OFFSET,
          MessageConst.PROPERTY_MAX_OFFSET,
          MessageConst.PROPERTY_CONSUME_START_TIMESTAMP,
          MessageConst.PROPERTY_POP_CK,
          MessageConst.PROPERTY_FIRST_POP_TIME);

  private static final int OBJECT_BYTES = 320;
  private static final int PROPERTY_BYTES = 120;
  private static final byte[] NO_DATA = {};

  private final Origin origin;
  private final long position;
  private final NativeMessage message;
  private final byte[] data;
  private final @Nullable String messageGroup;
  private final @Nullable String tag;
  private final @Nullable String keys;
  private final int sizeBytes;

  /** Whether there are properties of the binding of CloudEvents. */
  private final boolean hasAttributes;

  /** Whether there are properties beside those that client and broker use themselves. */
  private final boolean hasExtensions;

  private long orderKey;
  private @Nullable Event event;
  private @Nullable Map<String, String> extensions;
  private @Nullable Map<String, String> passedOn;

  RocketMqRecord(Origin origin, long position, NativeMessage message) {
    this.origin = origin;
    this.position = position;
    this.message = message;
    byte[] body = message.body();
    // The binding's way to say that there is nothing.
    this.data = body.length == 1 && body[0] == 0 ? NO_DATA : body;
    int size = OBJECT_BYTES + body.length;
    String groupFound = null;
    String tagFound = null;
    String keysFound = null;
    boolean isCloudEvent = false;
    boolean hasOthers = false;
    // The client's maps are large and sparse: looking one thing up after the other costs more.
    for (Map.Entry<String, String> property : message.properties().entrySet()) {
      String name = property.getKey();
      String value = property.getValue();
      size += PROPERTY_BYTES + name.length() + value.length();
      switch (name) {
        case MessageConst.PROPERTY_SHARDING_KEY -> groupFound = value;
        case MessageConst.PROPERTY_TAGS -> tagFound = value;
        case MessageConst.PROPERTY_KEYS -> keysFound = value;
        default -> {
          isCloudEvent |= name.startsWith(MessageProperties.PREFIX);
          hasOthers |= CloudEvents.isExtension(name);
        }
      }
    }
    this.messageGroup = emptyAsNull(groupFound);
    this.tag = emptyAsNull(tagFound);
    this.keys = emptyAsNull(keysFound);
    this.hasAttributes = isCloudEvent;
    this.hasExtensions = isCloudEvent || hasOthers;
    if (!isCloudEvent) {
      this.event = this;
    } else if (MessageProperties.isStructured(message.properties())) {
      size += body.length; // the event has a copy of its data
    }
    this.sizeBytes = size;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public int sizeBytes() {
    return sizeBytes;
  }

  @Override
  public long orderKey() {
    if (orderKey == NO_ORDER_KEY) {
      orderKey = messageGroup == null ? NO_ORDER_KEY : OrderKeys.of(messageGroup);
    }
    return orderKey;
  }

  private static @Nullable String emptyAsNull(@Nullable String value) {
    return value == null || value.isEmpty() ? null : value;
  }

  Map<String, String> properties() {
    return message.properties();
  }

  @Override
  public Event event() {
    Event known = event;
    if (known == null) {
      known = MessageProperties.decode(this);
      event = known;
    }
    return known;
  }

  @Override
  public OriginalRecord original() {
    List<OriginalRecord.Header> headers = new ArrayList<>();
    new TreeMap<>(message.properties())
        .forEach(
            (name, value) -> {
              if (!TRANSIENT.contains(name)) {
                headers.add(
                    new OriginalRecord.Header(name, value.getBytes(StandardCharsets.UTF_8)));
              }
            });
    return new OriginalRecord(key(), headers, data);
  }

  @Override
  public byte @Nullable [] key() {
    return messageGroup == null ? null : messageGroup.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int previousAttempts() {
    return message.attempt() - 1;
  }

  /** Where the message was. Put last: it wins over what a property says. */
  void putPosition(Map<String, String> target) {
    target.put("rocketmqtopic", origin.topic());
    origin
        .queue()
        .ifPresent(
            queue -> {
              target.put("rocketmqqueue", queue);
              target.put("rocketmqoffset", Long.toString(position));
            });
    target.put("rocketmqattempt", Integer.toString(message.attempt()));
  }

  private Map<String, String> fields() {
    Map<String, String> all = new TreeMap<>();
    putFields(all);
    return Collections.unmodifiableMap(all);
  }

  /** The extensions for the message's own fields, unless the event brings them. */
  void putFields(Map<String, String> target) {
    putIfThere(target, "partitionkey", messageGroup);
    putIfThere(target, "rocketmqtag", tag);
    putIfThere(target, "rocketmqkeys", keys);
  }

  private static void putIfThere(Map<String, String> target, String name, @Nullable String value) {
    if (value != null) {
      target.putIfAbsent(name, value);
    }
  }

  @Override
  public String id() {
    return message.id();
  }

  @Override
  public String source() {
    return origin.source();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<String> subject() {
    return Optional.ofNullable(keys);
  }

  @Override
  public Optional<Instant> time() {
    return Optional.of(Instant.ofEpochMilli(message.bornMs()));
  }

  @Override
  public Optional<String> dataContentType() {
    return hasAttributes ? MessageProperties.contentType(message.properties()) : Optional.empty();
  }

  @Override
  public byte[] data() {
    return data;
  }

  @Override
  public Map<String, String> extensions() {
    Map<String, String> known = extensions;
    if (known == null) {
      Map<String, String> all = new TreeMap<>(passedOn());
      putPosition(all);
      known = Collections.unmodifiableMap(all);
      extensions = known;
    }
    return known;
  }

  @Override
  public Map<String, String> passedOn() {
    Map<String, String> known = passedOn;
    if (known == null) {
      known = hasExtensions ? MessageProperties.passedOn(this) : fields();
      passedOn = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return "Event[id=" + id() + ", type=" + TYPE + ", data=" + data().length + " bytes]";
  }
}
