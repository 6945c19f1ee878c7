package io.penstock.server.log;

import io.penstock.connector.EventLog;
import org.slf4j.LoggerFactory;

/** Where what functions log is remembered. */
public final class EventLogs {

  /** By its name: whoever has put another log in place of ours has no such class. */
  private static final String LOGBACK = "ch.qos.logback.classic.LoggerContext";

  private EventLogs() {}

  /** That of this process; remembers nothing if its log isn't Logback's. Any thread. */
  public static EventLog ofThisProcess() {
    return LoggerFactory.getILoggerFactory().getClass().getName().equals(LOGBACK)
        ? EventMemory.attached()
        : EventLog.NONE;
  }
}
