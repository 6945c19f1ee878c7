package io.penstock.httpclient.cloudevents;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Media types, without their parameters. */
final class MediaTypes {

  static final String EVENT = "application/cloudevents+json";
  static final String BATCH = "application/cloudevents-batch+json";

  private MediaTypes() {}

  /** The type in lower case, without parameters; empty for null. */
  static String essence(@Nullable String contentType) {
    if (contentType == null) {
      return "";
    }
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  static boolean isJson(String essence) {
    return essence.endsWith("/json") || essence.endsWith("+json");
  }
}
