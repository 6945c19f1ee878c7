package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SinkAnswerTest {

  private static final SinkOutcome DELIVERED = SinkOutcome.Delivered.INSTANCE;

  private static CompletableFuture<List<SinkOutcome>> stage(SinkAnswer answer) {
    return answer.stage().toCompletableFuture();
  }

  @Test
  void itComesWithTheLastOutcomeOnceTheSendingHasEnded() {
    SinkAnswer answer = new SinkAnswer(2);
    answer.delivered();
    answer.delivered();
    assertThat(stage(answer)).as("still sending").isNotDone();
    answer.sent();
    assertThat(stage(answer)).isCompletedWithValue(List.of(DELIVERED, DELIVERED));

    SinkAnswer late = new SinkAnswer(1);
    late.sent();
    assertThat(stage(late)).isNotDone();
    late.delivered();
    assertThat(stage(late)).isCompletedWithValue(List.of(DELIVERED));
  }

  @Test
  void whatFailedStandsAtItsPlace() {
    SinkAnswer answer = new SinkAnswer(3);
    SinkOutcome retry = new SinkOutcome.Retry(Duration.ZERO, "the broker is away");
    answer.failed(1, retry);
    answer.delivered();
    answer.delivered();
    answer.sent();
    assertThat(stage(answer)).isCompletedWithValue(List.of(DELIVERED, retry, DELIVERED));
  }

  @Test
  void noRecordsHaveAnAnswerToo() {
    SinkAnswer answer = new SinkAnswer(0);
    answer.sent();
    assertThat(stage(answer)).isCompletedWithValue(List.of());
  }

  @Test
  void knowsWhetherTheDeliveryThreadAsks() {
    SinkAnswer answer = new SinkAnswer(1);
    assertThat(answer.isSending()).isTrue();
    assertThat(CompletableFuture.supplyAsync(answer::isSending, Runnable::run).join()).isTrue();
    assertThat(CompletableFuture.supplyAsync(answer::isSending).join()).isFalse();
  }
}
