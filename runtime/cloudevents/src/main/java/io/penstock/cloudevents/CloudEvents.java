package io.penstock.cloudevents;

import io.penstock.connector.DecodeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/** What all forms of CloudEvents 1.0 have in common. */
public final class CloudEvents {

  /** The media type of one event as a JSON document. */
  public static final String STRUCTURED_JSON = "application/cloudevents+json";

  /** The media type of a JSON array of events. */
  public static final String BATCH_JSON = "application/cloudevents-batch+json";

  /** Names that are no extensions. */
  static final Set<String> ATTRIBUTES =
      Set.of("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data");

  private CloudEvents() {}

  /** Whether an extension may have this name: lower-case letters and digits, and no attribute. */
  public static boolean isExtension(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
        return false;
      }
    }
    return !name.isEmpty() && !ATTRIBUTES.contains(name);
  }

  /**
   * Checks the version of the specification: any 1.x reads like 1.0.
   *
   * @throws DecodeException if it is another
   */
  public static void checkVersion(String version) {
    if (!version.startsWith("1.")) {
      throw new DecodeException(
          "CloudEvent: specversion is '" + version + "', expected 1.0, the one understood");
    }
  }

  /**
   * Reads a time.
   *
   * @param where it stands, for the message
   * @throws DecodeException if the text is none
   */
  public static Instant time(String text, String where) {
    Instant time = Rfc3339.parse(text);
    if (time == null) {
      throw new DecodeException(
          "CloudEvent: " + where + " is no time such as 2026-01-31T23:59:59Z");
    }
    return time;
  }

  /** The media type without its parameters, in lower case. */
  public static String mediaType(String contentType) {
    return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /** Whether payloads of this content type are JSON. */
  public static boolean isJson(String contentType) {
    String mediaType = mediaType(contentType);
    return mediaType.endsWith("/json") || mediaType.endsWith("+json");
  }
}
