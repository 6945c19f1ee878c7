package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The live line")
class LiveLineTest {

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final LiveLine line =
      new LiveLine(new PrintStream(written, true, StandardCharsets.UTF_8));

  @Test
  void takesTheOldOneAway() {
    line.show("one");
    line.show("two");
    line.erase();
    line.erase();

    assertThat(text()).isEqualTo("[one]<erase>[two]<erase>");
  }

  @Test
  void staysBelowOtherOutput() {
    PrintStream standardError = new PrintStream(line, true, StandardCharsets.UTF_8);

    standardError.println("before");
    line.show("line");
    standardError.print("a log line\nanother\n");
    line.show("line");

    assertThat(text()).isEqualTo("before\n[line]<erase>a log line\nanother\n[line]");
  }

  private String text() {
    return written
        .toString(StandardCharsets.UTF_8)
        .replace("\033[?7l", "[")
        .replace("\033[?7h\r", "]")
        .replace("\r\033[K", "<erase>");
  }
}
