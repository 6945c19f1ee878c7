package io.penstock.source.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.connector.LaneCommit;
import io.penstock.connector.PositionRanges;
import java.util.Optional;
import org.apache.rocketmq.common.message.MessageQueue;
import org.junit.jupiter.api.Test;

class OwnedQueueTest {

  private final OwnedQueue queue =
      new OwnedQueue(
          new MessageQueue("orders", "broker-a", 3),
          Origin.of(Optional.empty(), "orders", Optional.of("broker-a-3")),
          10);

  private static LaneCommit commit(long position) {
    return new LaneCommit(position, PositionRanges.empty());
  }

  @Test
  void whatIsStoredIsNotStoredAgain() {
    queue.stored(commit(10));
    queue.want(commit(10));
    assertThat(queue.unstored()).isNull();
    queue.want(commit(12));
    assertThat(queue.unstored()).isEqualTo(commit(12));
    queue.stored(commit(12));
    assertThat(queue.unstored()).isNull();
  }

  @Test
  void aCommitThatFailedIsNotSentAgainOnceTheQueueGoesOnElsewhere() {
    queue.stored(commit(10));
    queue.want(commit(12)); // it fails, and would be sent again in a second
    queue.moveTo(5);
    assertThat(queue.unstored()).isNull();
    queue.want(commit(5));
    assertThat(queue.unstored()).isEqualTo(commit(5));
  }

  @Test
  void thePlaceItWasMovedToIsStoredThoughItWasBeforeTheCommitThatFailed() {
    queue.stored(commit(10));
    queue.want(commit(12)); // no answer came in time, but the broker has it
    queue.moveTo(10);
    queue.want(commit(10));
    assertThat(queue.unstored()).isEqualTo(commit(10));
  }

  @Test
  void whatAPullBringsCountsNoMoreOnceTheQueueGoesOnElsewhere() {
    int number = queue.pulling();
    assertThat(queue.isCurrent(number)).isTrue();
    queue.moveTo(5);
    assertThat(queue.isCurrent(number)).isFalse();
    assertThat(queue.wantsPull(0)).isTrue();
    assertThat(queue.position()).isEqualTo(5);
  }
}
