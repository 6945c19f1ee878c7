package io.penstock.sink.rocketmq;

import io.penstock.cloudevents.CloudEvents;
import io.penstock.cloudevents.EventJson;
import io.penstock.cloudevents.TimeText;
import io.penstock.connector.SinkRecord;
import io.penstock.functions.Event;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.rocketmq.common.message.MessageClientIDSetter;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of events, by the RocketMQ binding of CloudEvents: attributes are properties whose
 * names begin with {@code CE_}, and a body that has nothing in it, which RocketMQ refuses, is one
 * zero byte. Used by one thread.
 */
final class Encoding {

  /** What a message can't say; the text is for the dead letter. */
  static final class EncodingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EncodingException(String message) {
      super(message);
    }
  }

  private static final String PREFIX = "CE_";
  private static final byte[] NO_BODY = {0};

  /** Extensions that are fields of a message, and would only be said twice. */
  private static final Set<String> FIELDS = Set.of("rocketmqtag", "rocketmqkeys");

  private final RocketMqSinkConfig config;
  private final AttributeChoice tag;
  private final AttributeChoice keys;
  private final AttributeChoice group;
  private final boolean keysAreIds;
  private final LongSupplier clockMs;
  private final TimeText times = new TimeText();
  private final StringBuilder properties = new StringBuilder();

  Encoding(RocketMqSinkConfig config, LongSupplier clockMs) {
    this.config = config;
    this.tag = AttributeChoice.named(config.fields().tag());
    this.keys = AttributeChoice.named(config.fields().keys());
    this.keysAreIds = config.fields().keys().equals("id");
    this.group = AttributeChoice.named(config.fields().messageGroup());
    this.clockMs = clockMs;
  }

  /**
   * The message of a record.
   *
   * @throws EncodingException if a message can't hold it
   */
  Outgoing encode(SinkRecord record) {
    Event event = record.event();
    byte[] body = config.mode() == Mode.STRUCTURED ? EventJson.write(event) : event.data();
    String id = event.id(); // made when it is asked for
    String messageGroup = messageGroup(record);
    properties.setLength(0);
    put(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX, MessageClientIDSetter.createUniqID());
    switch (config.mode()) {
      case BINARY -> putAttributes(event, id, messageGroup);
      case STRUCTURED -> put(PREFIX + "contenttype", CloudEvents.STRUCTURED_JSON);
      case PLAIN -> {
        put("event-id", id);
        putExtensions("", event, messageGroup);
      }
    }
    tag.of(event).ifPresent(text -> put(MessageConst.PROPERTY_TAGS, text));
    (keysAreIds ? Optional.of(id) : keys.of(event))
        .ifPresent(text -> put(MessageConst.PROPERTY_KEYS, text));
    if (messageGroup != null) {
      put(MessageConst.PROPERTY_SHARDING_KEY, messageGroup);
    }
    deliveryMs(event)
        .ifPresent(at -> put(MessageConst.PROPERTY_TIMER_DELIVER_MS, Long.toString(at)));
    byte[] bytes = properties.toString().getBytes(StandardCharsets.UTF_8);
    checkLength(bytes.length);
    return new Outgoing(body.length == 0 ? NO_BODY : body, bytes, messageGroup);
  }

  private void putAttributes(Event event, String id, @Nullable String messageGroup) {
    put(PREFIX + "specversion", "1.0");
    put(PREFIX + "id", id);
    put(PREFIX + "source", event.source());
    put(PREFIX + "type", event.type());
    event.subject().ifPresent(text -> put(PREFIX + "subject", text));
    event.time().ifPresent(time -> put(PREFIX + "time", times.text(time)));
    event.dataContentType().ifPresent(text -> put(PREFIX + "datacontenttype", text));
    putExtensions(PREFIX, event, messageGroup);
  }

  private void putExtensions(String prefix, Event event, @Nullable String messageGroup) {
    for (Map.Entry<String, String> extension : event.extensions().entrySet()) {
      String name = extension.getKey();
      boolean saidByGroup =
          name.equals("partitionkey") && extension.getValue().equals(messageGroup);
      if (!saidByGroup && !FIELDS.contains(name)) {
        put(prefix, name, extension.getValue());
      }
    }
  }

  private void put(String name, String value) {
    put("", name, value);
  }

  /** Properties travel as one text, with these two characters between them. */
  private void put(String prefix, String name, String value) {
    if (value.indexOf(MessageDecoder.NAME_VALUE_SEPARATOR) >= 0
        || value.indexOf(MessageDecoder.PROPERTY_SEPARATOR) >= 0) {
      throw new EncodingException(
          "property "
              + prefix
              + name
              + " holds a control character that RocketMQ takes for its end");
    }
    if (!value.isEmpty()) {
      checkLength(properties.length() + value.length());
      properties
          .append(prefix)
          .append(name)
          .append(MessageDecoder.NAME_VALUE_SEPARATOR)
          .append(value)
          .append(MessageDecoder.PROPERTY_SEPARATOR);
    }
  }

  private static void checkLength(int propertiesBytes) {
    if (propertiesBytes > Short.MAX_VALUE) {
      throw new EncodingException(
          "the message's properties have more than "
              + Short.MAX_VALUE
              + " bytes, which is all that RocketMQ takes. Leave extensions out, or write with"
              + " mode structured, which puts them into the body");
    }
  }

  /** What keeps the record's order, if it is a text; null if it has none. */
  private @Nullable String messageGroup(SinkRecord record) {
    if (!config.fields().messageGroup().equals("record")) {
      return group.of(record.event()).filter(text -> !text.isEmpty()).orElse(null);
    }
    byte[] key = record.key();
    if (key == null || key.length == 0) {
      return null;
    }
    String text = new String(key, StandardCharsets.UTF_8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '\uFFFD') {
        // Not every key of another system is a text; its bytes choose the queue all the same.
        return null;
      }
    }
    return text;
  }

  private Optional<Long> deliveryMs(Event event) {
    if (config.fields().delay().isPresent()) {
      return Optional.of(clockMs.getAsLong() + config.fields().delay().get().toMillis());
    }
    return config
        .fields()
        .deliverAt()
        .flatMap(event::extension)
        .map(text -> instantMs(text, config.fields().deliverAt().get()));
  }

  private static long instantMs(String text, String name) {
    try {
      return text.chars().allMatch(Character::isDigit)
          ? Long.parseLong(text)
          : Instant.parse(text).toEpochMilli();
    } catch (DateTimeException | NumberFormatException e) {
      throw new EncodingException(
          "extension " + name + " is no time of delivery such as 2026-01-01T00:00:00Z");
    }
  }
}
