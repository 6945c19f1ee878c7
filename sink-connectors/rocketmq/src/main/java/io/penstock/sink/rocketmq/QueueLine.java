package io.penstock.sink.rocketmq;

import io.penstock.connector.SinkAnswer;
import io.penstock.connector.SinkOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;

/**
 * The messages on their way to one queue. A broker handles requests on several threads, so order is
 * kept by having one request under way at a time; what comes meanwhile goes with the next, as one
 * batch. When a request fails, what waits behind it is not tried. Thread-safe.
 */
final class QueueLine {

  /**
   * How a line sends.
   *
   * @param requests under way at a time at most
   * @param maxMessages in a request
   * @param maxBytes in a request that holds more than one
   */
  record Style(int requests, int maxMessages, int maxBytes) {}

  /** A message and whom to tell what became of it. */
  record Item(SinkAnswer answer, int index, Outgoing message) {
    int sizeBytes() {
      return message.sizeBytes();
    }
  }

  /** Told of items that have their answers, with their size in bytes; must not block. */
  interface Listener {
    void ended(long sizeBytes);
  }

  private final DefaultMQProducer producer;
  private final String topic;
  private final MessageQueue queue;
  private final Style style;
  private final Failures failures;
  private final Listener listener;
  private final Deque<Item> pending = new ArrayDeque<>();
  private final Deque<Item> alone = new ArrayDeque<>();
  private int underWay;
  private volatile long failedNs;
  private volatile boolean hasFailed;

  QueueLine(
      DefaultMQProducer producer,
      String topic,
      MessageQueue queue,
      Style style,
      Failures failures,
      Listener listener) {
    this.producer = producer;
    this.topic = topic;
    this.queue = queue;
    this.style = style;
    this.failures = failures;
    this.listener = listener;
  }

  synchronized void add(Item item) {
    pending.add(item);
  }

  synchronized boolean isIdle() {
    return underWay == 0 && pending.isEmpty() && alone.isEmpty();
  }

  /** Whether a request has failed within the time. */
  boolean failedWithin(long timeNs) {
    return hasFailed && System.nanoTime() - failedNs < timeNs;
  }

  /** Sends as much as may be under way. */
  void pump() {
    List<Item> batch = next();
    while (!batch.isEmpty()) {
      send(batch);
      batch = next();
    }
  }

  private synchronized List<Item> next() {
    if (underWay >= style.requests()) {
      return List.of();
    }
    List<Item> batch = new ArrayList<>();
    if (!alone.isEmpty()) {
      batch.add(alone.remove());
    } else {
      int bytes = 0;
      while (!pending.isEmpty()
          && batch.size() < style.maxMessages()
          && (batch.isEmpty() || bytes + pending.element().sizeBytes() <= style.maxBytes())) {
        Item item = pending.remove();
        bytes += item.sizeBytes();
        batch.add(item);
      }
    }
    if (!batch.isEmpty()) {
      underWay++;
    }
    return batch;
  }

  private void send(List<Item> batch) {
    SendCallback callback =
        new SendCallback() {
          @Override
          public void onSuccess(SendResult result) {
            sent(batch, result);
          }

          @Override
          public void onException(Throwable failure) {
            failed(batch, failure);
          }
        };
    try {
      Message message =
          batch.size() == 1
              ? batch.get(0).message().message(topic)
              : Outgoing.batch(topic, batch.stream().map(Item::message).toList());
      producer.send(message, queue, callback);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed(batch, e);
    } catch (MQClientException | RemotingException | RuntimeException e) {
      failed(batch, e);
    }
  }

  private void sent(List<Item> batch, SendResult result) {
    SinkOutcome outcome = failures.outcome(result);
    List<Item> behind = List.of();
    synchronized (this) {
      underWay--;
      if (!(outcome instanceof SinkOutcome.Delivered)) {
        behind = takeAll();
      }
    }
    answer(batch, outcome);
    answer(behind, SinkOutcome.NotTried.INSTANCE);
    pump();
  }

  private void failed(List<Item> batch, Throwable failure) {
    boolean illegal = Failures.isIllegal(failure);
    List<Item> behind = List.of();
    synchronized (this) {
      underWay--;
      if (illegal && batch.size() > 1) {
        // One of them: alone each gets an answer of its own, in the same order.
        alone.addAll(batch);
      } else if (!illegal) {
        behind = takeAll();
      }
    }
    if (!illegal) {
      failedNs = System.nanoTime();
      hasFailed = true;
    }
    if (!illegal || batch.size() == 1) {
      answer(batch, failures.outcome(failure));
    }
    answer(behind, SinkOutcome.NotTried.INSTANCE);
    pump();
  }

  /** With one request at a time everything that waits stands behind it; with more, nothing does. */
  private List<Item> takeAll() {
    if (style.requests() > 1) {
      return List.of();
    }
    List<Item> all = new ArrayList<>(alone);
    all.addAll(pending);
    alone.clear();
    pending.clear();
    return all;
  }

  private void answer(List<Item> items, SinkOutcome outcome) {
    listener.ended(items.stream().mapToLong(Item::sizeBytes).sum());
    for (Item item : items) {
      if (outcome instanceof SinkOutcome.Delivered) {
        item.answer().delivered();
      } else {
        item.answer().failed(item.index(), outcome);
      }
    }
  }
}
