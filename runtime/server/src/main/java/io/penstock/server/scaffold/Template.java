package io.penstock.server.scaffold;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Templates of files: texts beside this class with values as {@code @name@}. */
final class Template {

  private Template() {}

  static String text(String template, Map<String, String> values) throws IOException {
    try (InputStream in = Template.class.getResourceAsStream(template + ".txt")) {
      if (in == null) {
        throw new IOException("this installation lacks its template " + template);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (Map.Entry<String, String> value : values.entrySet()) {
        text = text.replace("@" + value.getKey() + "@", value.getValue());
      }
      return text;
    }
  }
}
