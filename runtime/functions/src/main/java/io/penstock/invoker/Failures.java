package io.penstock.invoker;

import io.penstock.connector.EventOutcome;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is told about things that user code throws: a bounded text for status and dead letters, and
 * the stack in the log. An {@link Error} is logged always, an exception once in ten seconds, so that
 * a function that fails on every event doesn't fill the disk. Thread-safe.
 */
final class Failures {

  /** The function threw something, or its result can't be had. */
  static final String FUNCTION_ERROR = "FUNCTION_ERROR";

  /** The function asked for a retry. */
  static final String FUNCTION_RETRY = "FUNCTION_RETRY";

  /** The function rejected the event. */
  static final String FUNCTION_REJECT = "FUNCTION_REJECT";

  /** The payload can't be read as what the handler asks for. */
  static final String BAD_INPUT = "BAD_INPUT";

  /** The function returned something that can't be sent. */
  static final String BAD_RESULT = "BAD_RESULT";

  /** The invocation was cancelled before the event was handled. */
  static final String TIMEOUT = "TIMEOUT";

  static final EventOutcome.Retry CANCELLED =
      new EventOutcome.Retry(
          Duration.ZERO, TIMEOUT, "the invocation was cancelled before the event was handled");

  private static final int MAX_TEXT = 1_000;
  private static final long QUIET_NS = Duration.ofSeconds(10).toNanos();
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private final String function;
  private final FunctionCode code;
  private final LongSupplier nanoClock;
  private boolean logged;
  private long lastLogNs;
  private long unlogged;

  Failures(String function, FunctionCode code, LongSupplier nanoClock) {
    this.function = function;
    this.code = code;
    this.nanoClock = nanoClock;
  }

  /** Logs what user code threw, as told above, and gives the text for status and dead letters. */
  String report(Throwable thrown) {
    Throwable cause = unwrapped(thrown);
    String hint = hint(cause, code.isolated());
    try {
      log(cause, hint);
    } catch (Throwable e) { // an exception whose own methods throw, or no memory left to log
      LOG.warn("function {} failed with {}, which can't be logged", function, text(cause));
    }
    return bounded(text(cause) + hint);
  }

  private void log(Throwable cause, String hint) {
    if (cause instanceof Error) {
      LOG.error("function {} failed with an error{}", function, hint, cause);
    } else {
      logNowAndThen(cause);
    }
  }

  private void logNowAndThen(Throwable cause) {
    long before;
    synchronized (this) {
      long nowNs = nanoClock.getAsLong();
      if (logged && nowNs - lastLogNs < QUIET_NS) {
        unlogged++;
        return;
      }
      before = unlogged;
      logged = true;
      lastLogNs = nowNs;
      unlogged = 0;
    }
    LOG.warn("function {} failed ({} more since this was last logged)", function, before, cause);
  }

  /** The exception's class and message, bounded. */
  static String text(Throwable thrown) {
    String message;
    try {
      message = thrown.getMessage();
    } catch (RuntimeException | StackOverflowError e) {
      message = null; // a message that can't be made is left out
    }
    String name = thrown.getClass().getName();
    return bounded(message == null || message.isEmpty() ? name : name + ": " + message);
  }

  /** What to do about a class that a function doesn't find; empty for anything else. */
  static String hint(Throwable thrown, boolean isolated) {
    boolean missing =
        thrown instanceof NoClassDefFoundError || thrown instanceof ClassNotFoundException;
    return missing && isolated
        ? " (put the class into the function's jar: a function sees its own jar, the JDK,"
            + " functions-api, the SLF4J API and the Jackson annotations)"
        : "";
  }

  static String bounded(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
  }

  /** What was thrown in the first place, without the wrapping of futures and reflection. */
  static Throwable unwrapped(Throwable thrown) {
    Throwable inner = thrown;
    while (isWrapper(inner) && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  private static boolean isWrapper(Throwable thrown) {
    return thrown instanceof CompletionException
        || thrown instanceof ExecutionException
        || thrown instanceof InvocationTargetException;
  }

  /** The text, or a standing one if it is null. */
  static String orElse(@Nullable String text, String other) {
    return text == null || text.isEmpty() ? other : bounded(text);
  }
}
