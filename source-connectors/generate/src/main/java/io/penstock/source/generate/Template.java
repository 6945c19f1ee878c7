package io.penstock.source.generate;

import io.penstock.connector.config.Problems;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A payload with placeholders, taken apart once and put together for each event. Immutable,
 * thread-safe.
 */
final class Template {

  private static final String OPEN = "{{";
  private static final String CLOSE = "}}";

  private final List<Part> parts;
  private final boolean plainText;

  private Template(List<Part> parts, boolean plainText) {
    this.parts = parts;
    this.plainText = plainText;
  }

  /** A piece of the payload. */
  @FunctionalInterface
  interface Part {
    void append(StringBuilder out, Values values);
  }

  /** What the placeholders of one event stand for. */
  record Values(
      long index,
      int lane,
      long position,
      String id,
      String key,
      Instant now,
      TemplateContent.Chance chance) {

    /** The time of day to the millisecond, always with three digits behind the point. */
    String nowText() {
      String text = now.truncatedTo(ChronoUnit.MILLIS).toString();
      return text.indexOf('.') < 0 ? text.substring(0, text.length() - 1) + ".000Z" : text;
    }

    String uuid() {
      // The bits that say: version 4, random.
      long high = chance.next() & 0xffffffffffff0fffL | 0x4000L;
      long low = chance.next() & 0x3fffffffffffffffL | 0x8000000000000000L;
      return new UUID(high, low).toString();
    }
  }

  /**
   * Takes a JSON tree apart.
   *
   * @param path of the template, for problems
   * @param problems gets what is wrong with its placeholders; the template is of no use then
   */
  static Template parse(Object tree, String path, Problems problems) {
    List<Part> parts = new ArrayList<>();
    if (tree instanceof String text) {
      addText(text, path, problems, parts, false);
      return new Template(List.copyOf(parts), true);
    }
    addJson(tree, path, problems, parts);
    return new Template(List.copyOf(parts), false);
  }

  byte[] render(Values values) {
    StringBuilder out = new StringBuilder(256);
    for (Part part : parts) {
      part.append(out, values);
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  String mediaType() {
    return plainText ? "text/plain; charset=utf-8" : "application/json";
  }

  private static void addJson(
      @Nullable Object tree, String path, Problems problems, List<Part> parts) {
    if (tree instanceof Map<?, ?> map) {
      literal("{", parts);
      boolean first = true;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        String name = String.valueOf(entry.getKey());
        literal((first ? "\"" : ",\"") + escaped(name) + "\":", parts);
        addJson(entry.getValue(), path + "." + name, problems, parts);
        first = false;
      }
      literal("}", parts);
    } else if (tree instanceof List<?> list) {
      literal("[", parts);
      for (int i = 0; i < list.size(); i++) {
        literal(i == 0 ? "" : ",", parts);
        addJson(list.get(i), path + "[" + i + "]", problems, parts);
      }
      literal("]", parts);
    } else if (tree instanceof String text) {
      addJsonText(text, path, problems, parts);
    } else {
      literal(String.valueOf(tree), parts); // a number, a flag or null, as JSON writes them
    }
  }

  private static void addJsonText(String text, String path, Problems problems, List<Part> parts) {
    boolean lone = text.startsWith(OPEN) && text.indexOf(CLOSE) == text.length() - CLOSE.length();
    if (lone) {
      Placeholder placeholder = placeholder(text, path, problems);
      if (placeholder.number()) {
        parts.add(placeholder.part());
        return;
      }
    }
    literal("\"", parts);
    addText(text, path, lone ? new Problems() : problems, parts, true);
    literal("\"", parts);
  }

  private static void addText(
      String text, String path, Problems problems, List<Part> parts, boolean json) {
    int at = 0;
    while (true) {
      int open = text.indexOf(OPEN, at);
      int close = open < 0 ? -1 : text.indexOf(CLOSE, open);
      if (open >= 0 && close < 0) {
        problems.add(path, "'" + text.substring(open) + "'", "'}}' at the end of a placeholder");
      }
      if (close < 0) {
        literal(json ? escaped(text.substring(at)) : text.substring(at), parts);
        return;
      }
      String before = text.substring(at, open);
      literal(json ? escaped(before) : before, parts);
      at = close + CLOSE.length();
      Placeholder placeholder = placeholder(text.substring(open, at), path, problems);
      parts.add(json ? placeholder.part() : placeholder.plain());
    }
  }

  private static Placeholder placeholder(String braced, String path, Problems problems) {
    String inner = braced.substring(OPEN.length(), braced.length() - CLOSE.length());
    return Placeholder.parse(inner.strip(), path, problems);
  }

  private static void literal(String text, List<Part> parts) {
    if (!text.isEmpty()) {
      parts.add((out, values) -> out.append(text));
    }
  }

  /** The text as it stands between the quotes of a JSON string. */
  static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
