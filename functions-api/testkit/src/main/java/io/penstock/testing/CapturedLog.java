package io.penstock.testing;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** Keeps what a handler logs, for the test to read. Thread-safe. */
final class CapturedLog implements System.Logger {

  private final String name;
  private final List<String> lines = new ArrayList<>();

  CapturedLog(String name) {
    this.name = name;
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public boolean isLoggable(Level level) {
    return level != Level.OFF;
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String message,
      @Nullable Throwable thrown) {
    add(level, localized(bundle, message) + (thrown == null ? "" : ": " + thrown));
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String format,
      @Nullable Object @Nullable ... parameters) {
    String text = localized(bundle, format);
    boolean plain = parameters == null || parameters.length == 0;
    add(level, plain ? text : formatted(text, parameters));
  }

  private static String formatted(String pattern, @Nullable Object @Nullable [] parameters) {
    try {
      return MessageFormat.format(pattern, parameters);
    } catch (IllegalArgumentException e) {
      return pattern; // as in a worker, where no line is lost because it is no pattern
    }
  }

  private static String localized(@Nullable ResourceBundle bundle, @Nullable String message) {
    return bundle != null && message != null && bundle.containsKey(message)
        ? bundle.getString(message)
        : String.valueOf(message);
  }

  private synchronized void add(Level level, String text) {
    if (isLoggable(level)) {
      lines.add(level.getName() + " " + text);
    }
  }
}
