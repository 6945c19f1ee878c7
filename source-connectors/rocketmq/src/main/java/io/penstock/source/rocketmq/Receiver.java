package io.penstock.source.rocketmq;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.jspecify.annotations.Nullable;

/**
 * Keeps requests for messages under way, and what they bring until it is handed over. How many are
 * under way follows what they bring: one while there is nothing, more while each comes back full.
 * Confined to the intake thread, to which answers come by its mailbox.
 */
final class Receiver {

  /** A message, and since when it is held. */
  record Received(MessageView message, long receivedNs) {}

  /** What a broker gives at once at most. */
  private static final int MOST_AT_ONCE = 32;

  private static final int MOST_REQUESTS = 8;
  private static final long AGAIN_NS = Duration.ofMillis(500).toNanos();

  /** Longer than a proxy keeps a request when there is nothing. */
  private static final long SILENCE_NS = Duration.ofSeconds(20).toNanos();

  private final SimpleConsumer consumer;
  private final Duration lease;
  private final Mailbox mailbox;
  private final Deque<Received> received = new ArrayDeque<>();
  private int underWay;
  private int asked;
  private int mayBeUnderWay = 1;
  private long aliveNs;
  private long againNs;
  private @Nullable Throwable failure;

  Receiver(SimpleConsumer consumer, Duration lease, Mailbox mailbox, long nowNs) {
    this.consumer = consumer;
    this.lease = lease;
    this.mailbox = mailbox;
    this.aliveNs = nowNs;
  }

  /**
   * Asks for messages, so many at most with those that are on their way or here. A request that is
   * under way can't be taken back, so what it brings may have to wait here: that is renewed.
   */
  void receive(int wanted, long nowNs) {
    if (failure != null && nowNs - againNs < 0) {
      return;
    }
    while (underWay < mayBeUnderWay && received.size() + asked < wanted) {
      request(Math.min(MOST_AT_ONCE, wanted - received.size() - asked));
    }
  }

  private void request(int count) {
    underWay++;
    asked += count;
    CompletableFuture<List<MessageView>> answer = consumer.receiveAsync(count, lease);
    answer.whenComplete(
        (messages, e) ->
            mailbox.put(
                nowNs -> {
                  underWay--;
                  asked -= count;
                  if (e == null) {
                    arrived(messages, count, nowNs);
                  } else {
                    failed(e, nowNs);
                  }
                }));
  }

  private void arrived(List<MessageView> messages, int count, long nowNs) {
    aliveNs = nowNs;
    failure = null;
    messages.forEach(message -> received.add(new Received(message, nowNs)));
    mayBeUnderWay =
        messages.isEmpty()
            ? 1
            : messages.size() < count ? mayBeUnderWay : Math.min(MOST_REQUESTS, mayBeUnderWay * 2);
  }

  private void failed(Throwable e, long nowNs) {
    failure = e;
    againNs = nowNs + AGAIN_NS;
    mayBeUnderWay = 1;
  }

  boolean isEmpty() {
    return received.isEmpty();
  }

  @Nullable Received peek() {
    return received.peek();
  }

  void remove() {
    received.remove();
  }

  /** Renews what waits here when half of its time is over. */
  void renew(long nowNs) {
    long halfNs = lease.toNanos() / 2;
    Received oldest = received.peek();
    if (oldest == null || nowNs - oldest.receivedNs() < halfNs) {
      return;
    }
    List<Received> waiting = drain();
    for (Received one : waiting) {
      if (nowNs - one.receivedNs() < halfNs) {
        received.add(one);
      } else {
        // Back in the line only when it is ours again: its handle changes with the answer.
        Holding.hold(consumer, one.message(), lease)
            .whenComplete(
                (done, e) -> {
                  if (e == null) {
                    mailbox.put(now -> received.add(new Received(one.message(), now)));
                  }
                });
      }
    }
  }

  /** Takes out what waits here. */
  List<Received> drain() {
    List<Received> all = new ArrayList<>(received);
    received.clear();
    return all;
  }

  /** Why nothing has come for longer than there could be nothing; null if that isn't so. */
  @Nullable Throwable cutOff(long nowNs) {
    return nowNs - aliveNs > SILENCE_NS ? failure : null;
  }
}
