package io.penstock.rocketmq.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ForwardingLoggerTest {

  private final Logger target = (Logger) LoggerFactory.getLogger("forwarded");
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();
  private final ForwardingLogger logger = new ForwardingLogger(target);

  @BeforeEach
  void listen() {
    target.setAdditive(false);
    target.addAppender(written);
    written.start();
  }

  @AfterEach
  void stop() {
    target.detachAppender(written);
  }

  @Test
  void aTextAloneIsPassedOn() {
    logger.warn("a text");
    assertThat(written.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("a text");
  }

  @Test
  void argumentsAndFailuresArePassedOn() {
    RuntimeException failure = new RuntimeException("broken");
    logger.error("{} of {}", 1, 2);
    logger.error("a text", failure);
    assertThat(written.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("1 of 2", "a text");
    assertThat(written.list.get(1).getThrowableProxy().getMessage()).isEqualTo("broken");
  }
}
