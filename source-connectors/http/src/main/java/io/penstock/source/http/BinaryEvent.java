package io.penstock.source.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.cloudevents.CloudEvents;
import io.penstock.connector.DecodeException;
import io.penstock.connector.HttpRoute.Header;
import io.penstock.functions.Event;
import io.penstock.functions.EventBuilder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The binary mode of the HTTP binding of CloudEvents 1.0: attributes are headers {@code ce-NAME},
 * percent-encoded where they have other than printable ASCII characters; the body is the data.
 */
final class BinaryEvent {

  static final String PREFIX = "ce-";

  private BinaryEvent() {}

  /**
   * The event of a request.
   *
   * @throws DecodeException if its headers make none; says which one is wrong
   */
  static Event decode(StoredRequest request) {
    Map<String, String> attributes = new TreeMap<>();
    for (Header header : request.headers()) {
      if (header.name().startsWith(PREFIX)) {
        String name = header.name().substring(PREFIX.length());
        if (attributes.put(name, decode(header)) != null) {
          throw new DecodeException("CloudEvent: header " + header.name() + " stands there twice");
        }
      }
    }
    CloudEvents.checkVersion(take(attributes, "specversion"));
    EventBuilder event =
        Event.builder()
            .id(take(attributes, "id"))
            .source(take(attributes, "source"))
            .type(take(attributes, "type"))
            .data(request.body());
    String subject = attributes.remove("subject");
    if (subject != null && !subject.isEmpty()) {
      event.subject(subject);
    }
    String time = attributes.remove("time");
    if (time != null) {
      event.time(CloudEvents.time(time, "header ce-time"));
    }
    request
        .header(StoredRequest.CONTENT_TYPE)
        .filter(type -> !type.isEmpty())
        .ifPresent(event::dataContentType);
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

  private static String decode(Header header) {
    String text = decode(header.value());
    if (text == null) {
      throw new DecodeException(
          "CloudEvent: header " + header.name() + " is not percent-encoded UTF-8");
    }
    return text;
  }

  /** The text of a header's value; null if it is no percent-encoded UTF-8. */
  static @Nullable String decode(String value) {
    if (value.indexOf('%') < 0) {
      return value;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c != '%') {
        bytes.writeBytes(String.valueOf(c).getBytes(UTF_8));
      } else if (i + 2 < value.length()
          && HexFormat.isHexDigit(value.charAt(i + 1))
          && HexFormat.isHexDigit(value.charAt(i + 2))) {
        bytes.write(HexFormat.fromHexDigits(value, i + 1, i + 3));
        i += 2;
      } else {
        return null;
      }
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** A text as the value of a header. */
  static String encode(String text) {
    StringBuilder value = new StringBuilder(text.length());
    for (byte b : text.getBytes(UTF_8)) {
      if (b > ' ' && b < 0x7f && b != '"' && b != '%') {
        value.append((char) b);
      } else {
        value.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return value.toString();
  }
}
