package io.penstock.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.penstock.connector.FunctionInvoker;
import io.penstock.functions.Context;
import io.penstock.functions.EventHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ListResourceBundle;
import java.util.ResourceBundle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is logged of functions, and by them. */
class LoggingTest {

  private final ListAppender<ILoggingEvent> log =
      new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent line) {
          line.getMDCPropertyMap(); // is that of the thread that asks first
          super.append(line);
        }
      };

  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  @BeforeEach
  void listen() {
    log.start();
    root.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    root.detachAppender(log);
  }

  private List<String> lines() {
    return log.list.stream()
        .map(line -> line.getLevel() + " " + line.getFormattedMessage())
        .toList();
  }

  @Test
  void an_exception_is_logged_with_its_stack_once_in_ten_seconds() {
    AtomicLong nowNs = new AtomicLong();
    FunctionCode code = FunctionCode.open(List.of(), Path.of(""));
    Failures failures = new Failures("orders", code, nowNs::get);
    for (int i = 0; i < 100; i++) {
      assertThat(failures.report(new IllegalStateException("no " + i)))
          .isEqualTo("java.lang.IllegalStateException: no " + i);
      nowNs.addAndGet(Duration.ofMillis(102).toNanos());
    }
    assertThat(lines())
        .containsExactly(
            "WARN function orders failed (0 more since this was last logged)",
            "WARN function orders failed (98 more since this was last logged)");
    assertThat(log.list.get(0).getThrowableProxy().getMessage()).isEqualTo("no 0");
  }

  @Test
  void an_error_is_logged_always() {
    Failures failures = new Failures("orders", FunctionCode.open(List.of(), Path.of("")), () -> 0L);
    failures.report(new StackOverflowError());
    failures.report(new StackOverflowError());
    assertThat(lines()).hasSize(2).allMatch(line -> line.startsWith("ERROR function orders"));
  }

  @Test
  void a_stuck_thread_is_named_with_the_place_where_it_is() throws Exception {
    CloseTest.Stuck handler = new CloseTest.Stuck();
    FunctionInvoker function = Harness.of(handler, true, Duration.ofMillis(100));
    var stage = function.invoke(FakeInvocation.texts("a"));
    handler.awaitBegun();
    function.close();
    handler.release();
    assertThat(lines())
        .anyMatch(
            line ->
                line.startsWith("ERROR function orders: thread penstock-fn-orders-")
                    && line.contains("is stuck in")
                    && line.contains("CloseTest$Stuck.handle"));
    stage.toCompletableFuture().join();
  }

  @Test
  void the_functions_logger_writes_under_its_name() {
    class Logs implements EventHandler<String, Void> {
      @Override
      public Void handle(String input, Context context) {
        System.Logger logger = context.logger();
        logger.log(System.Logger.Level.WARNING, "got {0} of {1}", 1, input);
        logger.log(System.Logger.Level.ERROR, "broken {0", 1);
        logger.log(System.Logger.Level.ERROR, "with stack", new IllegalStateException("x"));
        logger.log(System.Logger.Level.INFO, "not shown");
        logger.log(System.Logger.Level.OFF, "never shown");
        logger.log(System.Logger.Level.ERROR, (String) null);
        ResourceBundle bundle =
            new ListResourceBundle() {
              @Override
              protected Object[][] getContents() {
                return new Object[][] {{"key", "from the bundle: {0}"}};
              }
            };
        logger.log(System.Logger.Level.ERROR, bundle, "key", 7);
        logger.log(System.Logger.Level.ERROR, bundle, "no such key", (Throwable) null);
        return null;
      }
    }
    Harness.callOnce(new Logs(), "abc");
    assertThat(lines())
        .containsExactly(
            "WARN got 1 of abc",
            "ERROR broken {0",
            "ERROR with stack",
            "ERROR null",
            "ERROR from the bundle: 7",
            "ERROR no such key");
    assertThat(log.list.get(0).getLoggerName()).isEqualTo("function.orders");
    assertThat(log.list.get(0).getMDCPropertyMap()).containsKey("event");
    assertThat(log.list.get(2).getThrowableProxy().getMessage()).isEqualTo("x");
  }

  @Test
  void the_functions_logger_knows_its_level() {
    Logger logger = (Logger) LoggerFactory.getLogger("function.levels");
    FunctionLogger own = new FunctionLogger("levels");
    assertThat(own.isLoggable(System.Logger.Level.DEBUG)).isFalse();
    logger.setLevel(Level.TRACE);
    for (System.Logger.Level level : System.Logger.Level.values()) {
      assertThat(own.isLoggable(level)).isEqualTo(level != System.Logger.Level.OFF);
    }
  }

  @Test
  void a_cancel_action_that_throws_is_logged() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    class Throws implements EventHandler<String, Void> {
      @Override
      public Void handle(String input, Context context) throws InterruptedException {
        context.onCancel(
            () -> {
              throw new IllegalStateException("from an action");
            });
        begun.countDown();
        new CountDownLatch(1).await();
        return null;
      }
    }
    try (FunctionInvoker function = Harness.of(new Throws())) {
      FakeInvocation invocation = FakeInvocation.texts("a");
      var stage = function.invoke(invocation);
      begun.await();
      invocation.cancel();
      stage.toCompletableFuture().join();
    }
    assertThat(lines()).contains("WARN a cancel action of function orders failed");
  }
}
