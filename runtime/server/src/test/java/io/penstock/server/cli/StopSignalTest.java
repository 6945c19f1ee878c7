package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A stop signal")
class StopSignalTest {

  private final StopSignal signal = new StopSignal();

  @Test
  void tellsTheFirstFromTheSecond() {
    assertThat(signal.isRequested()).isFalse();
    assertThat(signal.request()).isTrue();
    assertThat(signal.request()).isFalse();
    assertThat(signal.isRequested()).isTrue();
  }

  @Test
  void tellsWhetherSomebodyHeedsIt() {
    assertThat(signal.isHeeded()).isFalse();
    signal.heed();
    assertThat(signal.isHeeded()).isTrue();
  }

  @Test
  void isWaitedForInABoundedTime() {
    assertThat(signal.await(Duration.ofMillis(1))).isFalse();
    signal.request();
    signal.await();
    assertThat(signal.await(Duration.ZERO)).isTrue();
  }

  @Test
  void isTheSameAsAnInterruptWhichIsKept() {
    Thread.currentThread().interrupt();

    assertThat(signal.await(Duration.ofMinutes(1))).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }
}
