package io.penstock.source.rocketmq;

import java.net.URL;
import org.apache.rocketmq.shaded.ch.qos.logback.classic.spi.ILoggingEvent;
import org.apache.rocketmq.shaded.ch.qos.logback.classic.spi.IThrowableProxy;
import org.apache.rocketmq.shaded.ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Hands what the client for the proxy logs to SLF4J. That client has a Logback under a name of its
 * own, which would write files into the user's home; it makes this appender by its configuration.
 */
public final class ClientLog extends AppenderBase<ILoggingEvent> {

  private static final String CONFIGURATION = "rocketmq.logback.configurationFile";

  /** For the client's Logback. */
  public ClientLog() {}

  /** Must come before the client's first class; leaves a configuration that somebody chose. */
  static void install() {
    URL ours = ClientLog.class.getResource("client-log.xml");
    if (ours != null && System.getProperty(CONFIGURATION) == null) {
      System.setProperty(CONFIGURATION, ours.toString());
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    Level level = Level.intToLevel(Math.min(40, Math.max(0, event.getLevel().toInt() / 1_000)));
    IThrowableProxy failure = event.getThrowableProxy();
    LoggerFactory.getLogger(event.getLoggerName())
        .atLevel(level)
        .log(
            failure == null
                ? event.getFormattedMessage()
                : event.getFormattedMessage() + ": " + failure.getMessage());
  }
}
