package io.penstock.invoker;

import java.text.MessageFormat;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The logger a function gets: writes where Penstock writes, under {@code function.NAME}. */
final class FunctionLogger implements System.Logger {

  private final org.slf4j.Logger target;

  FunctionLogger(String function) {
    this.target = LoggerFactory.getLogger("function." + function);
  }

  @Override
  public String getName() {
    return target.getName();
  }

  @Override
  public boolean isLoggable(Level level) {
    return level != Level.OFF && target.isEnabledForLevel(slf4j(level));
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String message,
      @Nullable Throwable thrown) {
    if (isLoggable(level)) {
      target.atLevel(slf4j(level)).setCause(thrown).log(localized(bundle, message));
    }
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String format,
      @Nullable Object @Nullable ... parameters) {
    if (isLoggable(level)) {
      target.atLevel(slf4j(level)).log(formatted(localized(bundle, format), parameters));
    }
  }

  private static String formatted(String pattern, @Nullable Object @Nullable [] parameters) {
    if (parameters == null || parameters.length == 0) {
      return pattern;
    }
    try {
      return MessageFormat.format(pattern, parameters);
    } catch (IllegalArgumentException e) {
      return pattern; // not a pattern: better as it stands than not at all
    }
  }

  private static String localized(@Nullable ResourceBundle bundle, @Nullable String message) {
    if (bundle != null && message != null) {
      try {
        return bundle.getString(message);
      } catch (MissingResourceException | ClassCastException e) {
        return message; // as System.Logger asks
      }
    }
    return String.valueOf(message);
  }

  private static org.slf4j.event.Level slf4j(Level level) {
    return switch (level) {
      case ALL, TRACE -> org.slf4j.event.Level.TRACE;
      case DEBUG -> org.slf4j.event.Level.DEBUG;
      case INFO -> org.slf4j.event.Level.INFO;
      case WARNING -> org.slf4j.event.Level.WARN;
      case ERROR, OFF -> org.slf4j.event.Level.ERROR;
    };
  }
}
