package io.penstock.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.penstock.connector.EventLog.Line;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class EventMemoryTest {

  private final EventMemory memory = new EventMemory(20_000);
  private final LoggerContext context = new LoggerContext();
  private final Logger logger = context.getLogger("a.logger");

  @BeforeEach
  void attach() {
    context.setMDCAdapter(MDC.getMDCAdapter());
    memory.setContext(context);
    memory.start();
    logger.addAppender(memory);
    logger.setLevel(Level.INFO);
  }

  private void about(String source, String id, String text) {
    MDC.setContextMap(Map.of("eventSource", source, "event", id));
    try {
      logger.info(text);
    } finally {
      MDC.clear();
    }
  }

  private List<String> texts(String source, String id) {
    return memory.lines(source, id).stream().map(Line::text).toList();
  }

  @Test
  void linesAreFoundByTheirEventAndByNoOther() {
    about("/tasks/a", "1", "first");
    about("/tasks/b", "1", "of somebody else");
    about("/tasks/a", "1", "second");
    logger.info("about nothing");

    assertThat(texts("/tasks/a", "1")).containsExactly("first", "second");
    assertThat(texts("/tasks/b", "1")).containsExactly("of somebody else");
    assertThat(texts("/tasks/a", "2")).isEmpty();
  }

  @Test
  void theOldestGoWhenThereIsNoMoreRoom() {
    String text = "x".repeat(1_000);
    for (int i = 0; i < 100; i++) {
      about("/tasks/a", String.valueOf(i), text);
    }

    long kept =
        IntStream.range(0, 100)
            .filter(i -> !texts("/tasks/a", String.valueOf(i)).isEmpty())
            .count();
    assertThat(kept).isBetween(15L, 19L);
    assertThat(texts("/tasks/a", "99")).containsExactly(text);
    assertThat(texts("/tasks/a", "0")).isEmpty();
  }

  @Test
  void oneEventCannotTakeMoreThanThereIs() {
    for (int i = 0; i < 1_000; i++) {
      about("/tasks/a", "1", "line " + i);
    }

    assertThat(texts("/tasks/a", "1")).hasSizeBetween(150, 200).endsWith("line 999");
  }

  @Test
  void aLongSourceCountsToo() {
    String source = "/" + "s".repeat(5_000);
    for (int i = 0; i < 20; i++) {
      about(source + i, "1", "short");
    }

    assertThat(IntStream.range(0, 20).filter(i -> !texts(source + i, "1").isEmpty()).count())
        .isEqualTo(3);
    assertThat(texts(source + 19, "1")).containsExactly("short");
  }

  @Test
  void whatIsVeryLongIsCut() {
    about("/tasks/a", "1", "y".repeat(100_000));

    assertThat(texts("/tasks/a", "1").get(0)).hasSize(EventMemory.MAX_TEXT_CHARS + 1).endsWith("…");
  }
}
