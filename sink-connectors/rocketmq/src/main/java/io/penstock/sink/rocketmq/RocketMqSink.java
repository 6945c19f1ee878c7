package io.penstock.sink.rocketmq;

import io.penstock.connector.Failpoints;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkAnswer;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.jspecify.annotations.Nullable;

/**
 * Writes events to a topic.
 *
 * <p><b>Order</b> is kept within a queue: messages of one group go to one queue, and those without
 * a group that are bound to an order go to the queue that their order key chooses (see {@link
 * QueueLine}). Messages with a time of delivery wait at the broker, which delivers those of one
 * moment in any order: then none is promised. Nor is it when the group is another attribute than
 * what the connector keeps order by, for then records of one order may go to several queues.
 *
 * <p>A message that failed may have been stored all the same (the answer was lost): it is then sent
 * twice, with the same keys and the same event id. That is at least once.
 */
final class RocketMqSink implements Sink {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_BATCH_MESSAGES = 1_000;
  private static final int PIPELINE = 64;

  private final RocketMqSinkConfig config;
  private final Failures failures;
  private final Encoding encoding;
  private @Nullable Session session;

  /** What there is while the sink is open. */
  private record Session(DefaultMQProducer producer, Lines lines, Failpoints failpoints) {}

  RocketMqSink(RocketMqSinkConfig config, LongSupplier clockMs) {
    this.config = config;
    this.failures = new Failures(config);
    this.encoding = new Encoding(config, clockMs);
  }

  @Override
  public Ordering ordering() {
    return config.fields().isDelayed() || config.fields().hasGroupOfItsOwn()
        ? Ordering.NONE
        : Ordering.KEPT;
  }

  @Override
  public void open(SinkContext context) {
    DefaultMQProducer producer = ProducerProperties.producer(config, context.connector());
    try {
      producer.start();
      session =
          new Session(
              producer,
              new Lines(producer, config.topic(), style(producer), failures, context.bufferBytes()),
              context.failpoints());
    } catch (MQClientException | RuntimeException e) {
      producer.shutdown();
      throw failures.opening(e);
    }
  }

  private QueueLine.Style style(DefaultMQProducer producer) {
    // A message with a time of delivery can't be in a batch, and has no order to keep.
    return config.fields().isDelayed()
        ? new QueueLine.Style(PIPELINE, 1, 0)
        : new QueueLine.Style(1, MAX_BATCH_MESSAGES, producer.getMaxMessageSize() / 4);
  }

  @Override
  public CompletionStage<List<SinkOutcome>> deliver(List<SinkRecord> records) {
    Session open = session;
    if (open == null) {
      throw new IllegalStateException("the sink is not open");
    }
    open.lines().refresh();
    SinkAnswer answer = new SinkAnswer(records.size());
    Set<QueueLine> used = new LinkedHashSet<>();
    int index = 0;
    try {
      for (; index < records.size(); index++) {
        SinkOutcome refused = send(records.get(index), answer, index, open, used);
        if (refused != null) {
          answer.failed(index, refused);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      for (; index < records.size(); index++) {
        answer.failed(index, SinkOutcome.NotTried.INSTANCE);
      }
    }
    open.failpoints().reached("rocketmq-before-send");
    used.forEach(QueueLine::pump);
    open.lines().turn();
    answer.sent();
    if (open.failpoints() != Failpoints.NONE) {
      answer.stage().thenRun(() -> open.failpoints().reached("rocketmq-after-send"));
    }
    return answer.stage();
  }

  private @Nullable SinkOutcome send(
      SinkRecord record, SinkAnswer answer, int index, Session open, Set<QueueLine> used)
      throws InterruptedException {
    Outgoing message;
    try {
      message = encoding.encode(record);
    } catch (Encoding.EncodingException e) {
      return new SinkOutcome.Reject("topic " + config.topic() + ": " + e.getMessage());
    }
    int maxBytes = open.producer().getMaxMessageSize();
    if (message.body().length > maxBytes) {
      return new SinkOutcome.Reject(
          "topic "
              + config.topic()
              + ": the message has "
              + message.body().length
              + " bytes, and maxMessageSize is "
              + maxBytes
              + ". Raise it in properties, and on the brokers");
    }
    open.lines().take(message.sizeBytes());
    QueueLine line = open.lines().of(record, message.group());
    line.add(new QueueLine.Item(answer, index, message));
    used.add(line);
    return null;
  }

  @Override
  public void close() {
    Session open = session;
    session = null;
    if (open != null) {
      open.lines().awaitIdle(CLOSE_TIMEOUT);
      open.producer().shutdown();
    }
  }
}
