package io.penstock.source.rocketmq;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;

/**
 * A message that this source holds: what it told the proxy about it, one thing after the other. To
 * hold it longer changes the handle by which it is acknowledged, so that an acknowledgement must
 * not be sent while that is under way. Confined to the intake thread.
 */
final class Held {

  private final SimpleConsumer consumer;
  private final MessageView message;
  private final RocketMqRecord record;
  private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
  private long renewedNs;

  Held(SimpleConsumer consumer, MessageView message, RocketMqRecord record, long nowNs) {
    this.consumer = consumer;
    this.message = message;
    this.record = record;
    this.renewedNs = nowNs;
  }

  RocketMqRecord record() {
    return record;
  }

  /** When it was received or renewed last. */
  long renewedNs() {
    return renewedNs;
  }

  /** Takes it out of the queue. */
  CompletableFuture<Void> acknowledge() {
    return then(() -> consumer.ackAsync(message));
  }

  /** Keeps it from others for so long from now on. */
  CompletableFuture<Void> holdFor(Duration time, long nowNs) {
    renewedNs = nowNs;
    return then(() -> Holding.hold(consumer, message, time));
  }

  private interface Request {
    CompletableFuture<Void> send();
  }

  private CompletableFuture<Void> then(Request request) {
    CompletableFuture<Void> before = last;
    // Most often nothing is under way.
    last =
        before.isDone()
            ? request.send()
            : before.handle((done, failure) -> done).thenCompose(done -> request.send());
    return last;
  }
}
