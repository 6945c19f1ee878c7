package io.penstock.cloudevents;

import io.penstock.connector.DecodeException;
import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The binary mode of the HTTP binding of CloudEvents 1.0: attributes are headers {@code ce-NAME}, see
 * {@link HeaderText}; the body is the data.
 */
public final class BinaryEvent {

  private BinaryEvent() {}

  /**
   * The event of a message. Any thread.
   *
   * @param headers the values of headers {@code ce-NAME}, as they came, by NAME
   * @param contentType of the body, if it is known
   * @throws DecodeException if the headers make none; says which one is wrong, and not what it holds
   */
  public static Event decode(
      Map<String, String> headers, @Nullable String contentType, byte[] body) {
    Map<String, String> attributes = new TreeMap<>();
    headers.forEach(
        (name, value) -> {
          String text = HeaderText.decode(value);
          if (text == null) {
            throw new DecodeException(
                "CloudEvent: header ce-" + name + " is not percent-encoded UTF-8");
          }
          attributes.put(name, text);
        });
    CloudEvents.checkVersion(take(attributes, "specversion"));
    EventBuilder event =
        Event.builder()
            .id(take(attributes, "id"))
            .source(take(attributes, "source"))
            .type(take(attributes, "type"))
            .data(body);
    String subject = attributes.remove("subject");
    if (subject != null && !subject.isEmpty()) {
      event.subject(subject);
    }
    String time = attributes.remove("time");
    if (time != null) {
      event.time(CloudEvents.time(time, "header ce-time"));
    }
    if (contentType != null && !contentType.isEmpty()) {
      event.dataContentType(contentType);
    }
    attributes.forEach(
        (name, value) -> {
          if (!CloudEvents.isExtension(name)) {
            throw new DecodeException(
                "CloudEvent: header ce-" + name + " has no name that an extension may have");
          }
          event.extension(name, value);
        });
    return event.build();
  }

  private static String take(Map<String, String> attributes, String name) {
    String value = attributes.remove(name);
    if (value == null || value.isEmpty()) {
      throw new DecodeException("CloudEvent: header ce-" + name + " is missing");
    }
    return value;
  }
}
