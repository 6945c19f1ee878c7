package io.penstock.server.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.penstock.connector.EventLog;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.LoggerFactory;

/**
 * Remembers what was logged while a function handled an event, by that event. A new line takes the
 * place of the oldest ones of all events when there is no more room. Thread-safe.
 */
final class EventMemory extends UnsynchronizedAppenderBase<ILoggingEvent> implements EventLog {

  /** Room for all events together. */
  private static final int MAX_CHARS = 2 << 20;

  /** What is longer is cut. */
  static final int MAX_TEXT_CHARS = 8_192;

  /** What an entry weighs beside its text, roughly, in characters. */
  private static final int OVERHEAD_CHARS = 100;

  private static final String NAME = "penstock-event-memory";

  /** Set by whoever calls functions. */
  private static final String SOURCE_KEY = "eventSource";

  private static final String ID_KEY = "event";

  private record Key(String source, String id) {}

  private final int maxChars;
  private final Map<Key, Deque<Line>> byEvent = new HashMap<>();
  private final Deque<Key> oldestFirst = new ArrayDeque<>();
  private long chars;

  /** Not attached to any logger. */
  EventMemory(int maxChars) {
    this.maxChars = maxChars;
    setName(NAME);
  }

  /** That of this process, which logs through Logback; it begins with the first call. */
  static synchronized EventLog attached() {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    if (root.getAppender(NAME) instanceof EventMemory known) {
      return known;
    }
    EventMemory made = new EventMemory(MAX_CHARS);
    made.setContext(root.getLoggerContext());
    made.start();
    root.addAppender(made);
    return made;
  }

  @Override
  protected void append(ILoggingEvent event) {
    Map<String, String> about = event.getMDCPropertyMap();
    String source = about.get(SOURCE_KEY);
    String id = about.get(ID_KEY);
    if (source == null || id == null) {
      return;
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    String text =
        thrown == null
            ? event.getFormattedMessage()
            : event.getFormattedMessage() + "\n" + ThrowableProxyUtil.asString(thrown).strip();
    remember(
        new Key(source, id),
        new Line(
            Instant.ofEpochMilli(event.getTimeStamp()),
            event.getLevel().toString(),
            event.getLoggerName(),
            text.length() > MAX_TEXT_CHARS ? text.substring(0, MAX_TEXT_CHARS) + "…" : text));
  }

  private static int weight(Key key, Line line) {
    return OVERHEAD_CHARS
        + key.source().length()
        + key.id().length()
        + line.logger().length()
        + line.text().length();
  }

  private synchronized void remember(Key key, Line line) {
    byEvent.computeIfAbsent(key, none -> new ArrayDeque<>()).add(line);
    oldestFirst.add(key);
    chars += weight(key, line);
    while (chars > maxChars) {
      Key oldest = oldestFirst.remove();
      Deque<Line> lines = Objects.requireNonNull(byEvent.get(oldest), "each has its lines");
      chars -= weight(oldest, lines.remove());
      if (lines.isEmpty()) {
        byEvent.remove(oldest);
      }
    }
  }

  @Override
  public synchronized List<Line> lines(String source, String id) {
    Deque<Line> lines = byEvent.get(new Key(source, id));
    return lines == null ? List.of() : List.copyOf(lines);
  }
}
