package io.penstock.sink.kafka;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkAnswer;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.connector.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to a topic.
 *
 * <p><b>Order</b> is kept within a partition, which is all the order Kafka has: records of one key go
 * to one partition, and records without a key that are bound to an order go to the partition that
 * their order key chooses. The producer keeps the order of what it is given, as long as each record
 * ends as written. What happens when one doesn't:
 *
 * <ul>
 *   <li>A record refused for good (too large, invalid) is done with: those behind it go on.
 *   <li>A record that the producer doesn't even take (no metadata, no room in the buffer) ends the
 *       call: those behind it in the call are not tried.
 *   <li>A record that fails later (not written within {@code delivery.timeout.ms}, no permission, in
 *       one batch with an invalid one) would be overtaken by those behind it, of this call and of
 *       later ones, which the producer has already. So the producer is broken off there and then, in
 *       its own thread: they fail too, as not tried, and the next call begins with a new producer.
 *       With one request in flight to a broker, nothing behind it can be under way at that moment.
 *   <li>When nothing is answered any more, {@link Watch} does the same, so that each call ends.
 * </ul>
 *
 * <p>A record that failed may have been written all the same (the answer was lost): it is then
 * written twice with one id. That is at least once.
 */
final class KafkaSink implements Sink {

  private static final Logger log = LoggerFactory.getLogger(KafkaSink.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration STUCK_MARGIN = Duration.ofSeconds(2);

  private static final String STUCK =
      "no broker answered within delivery.timeout.ms. Check that the brokers run and can be reached";

  private final KafkaSinkConfig config;
  private final KafkaFailures failures;
  private final Encoding encoding;
  private final KeyChoice keys;
  private final Ordering ordering;
  private final boolean ownPartitioner;
  private @Nullable Session session;

  /** What there is while the sink is open. */
  private static final class Session {
    private final SinkContext context;
    private Link link;

    Session(SinkContext context, Link link) {
      this.context = context;
      this.link = link;
    }
  }

  KafkaSink(KafkaSinkConfig config) {
    this.config = config;
    this.failures = new KafkaFailures(config);
    this.encoding = Encoding.of(config.mode());
    this.keys = KeyChoice.of(config.key());
    this.ordering = ProducerProperties.ordering(config);
    this.ownPartitioner = ProducerProperties.hasOwnPartitioner(config);
  }

  @Override
  public Ordering ordering() {
    return ordering;
  }

  @Override
  public void open(SinkContext context) {
    try {
      boolean exists = Cluster.hasTopic(config, context.connector());
      Link link = newLink(context);
      try {
        if (!exists) {
          create(link);
        }
      } catch (RuntimeException e) {
        link.close(Duration.ZERO);
        throw e;
      }
      session = new Session(context, link);
    } catch (ExecutionException | RuntimeException e) {
      throw failures.translate("opening", e);
    }
    if (ordering == Ordering.NONE) {
      log.warn(
          "{}: with these properties the producer may change the order of records (idempotence off,"
              + " or more than one request in flight), so one record of each key is sent at a time",
          context.connector());
    }
  }

  private Link newLink(SinkContext context) {
    return new Link(
        ProducerProperties.producer(config, context.connector(), context.bufferBytes()),
        Duration.ofMillis(ProducerProperties.deliveryTimeoutMs(config)).plus(STUCK_MARGIN));
  }

  /** Where brokers create topics by themselves, asking for the topic is what does it. */
  private void create(Link link) {
    try {
      link.producer().partitionsFor(config.topic());
      log.info("Topic {} was created by the brokers, with their defaults", config.topic());
    } catch (TimeoutException e) {
      throw ConnectorException.fatal(
          "Kafka at "
              + config.bootstrapServers()
              + " has no topic "
              + config.topic()
              + ", and does not create it by itself. Create it, or correct topic",
          e);
    }
  }

  private Session session() {
    Session open = session;
    if (open == null) {
      throw new IllegalStateException("the sink is not open");
    }
    return open;
  }

  @Override
  public CompletionStage<List<SinkOutcome>> deliver(List<SinkRecord> records) {
    Session open = session();
    Link link = sound(open);
    Failpoints failpoints = open.context.failpoints();
    SinkAnswer answer = new SinkAnswer(records.size());
    if (failpoints != Failpoints.NONE) {
      failpoints.reached("kafka-before-send");
      answer.stage().thenRun(() -> failpoints.reached("kafka-after-send"));
    }
    link.watch(answer);
    Sending sending = new Sending(answer, link);
    for (int i = 0; i < records.size(); i++) {
      if (sending.stopped || link.isBroken()) {
        answer.failed(i, SinkOutcome.NotTried.INSTANCE);
      } else {
        send(records.get(i), i, sending);
      }
    }
    answer.sent();
    return answer.stage();
  }

  /** The link of before, or a new one if that is broken off; then nothing of it is under way. */
  private Link sound(Session open) {
    if (!open.link.isBroken()) {
      return open.link;
    }
    try {
      open.link.awaitEnd();
      open.link = newLink(open.context);
      return open.link;
    } catch (KafkaException e) {
      throw failures.translate("starting a new producer", e);
    }
  }

  /** The handing over of one call's records. Used on the delivery thread alone. */
  private static final class Sending {
    private final SinkAnswer answer;
    private final Link link;
    private int partitions;

    /** Those of one record, which the producer copies. */
    private final List<Header> headers = new ArrayList<>();

    /** A record was not taken, for a reason that may pass. */
    private boolean stopped;

    Sending(SinkAnswer answer, Link link) {
      this.answer = answer;
      this.link = link;
    }
  }

  private void send(SinkRecord record, int index, Sending sending) {
    byte[] key;
    byte[] value;
    List<Header> headers = sending.headers;
    headers.clear();
    try {
      key = keys.keyOf(record);
      value = encoding.encode(record.event(), key, headers);
    } catch (RuntimeException e) {
      log.warn("An event can't be written to topic {}", config.topic(), e);
      sending.answer.failed(
          index, new SinkOutcome.Reject("topic " + config.topic() + ": can't be encoded: " + e));
      return;
    }
    Ack ack = new Ack(sending, index, record.orderKey());
    try {
      Integer partition = partition(record, key, sending);
      sending
          .link
          .producer()
          .send(new ProducerRecord<>(config.topic(), partition, null, key, value, headers), ack);
    } catch (ApiException e) {
      ack.unlessAnswered(e); // no metadata: nothing was taken
    } catch (KafkaException | IllegalStateException e) {
      // What the producer throws is about itself, not about the record. Once it has ended it is
      // known whether the record has its answer.
      sending.link.breakOff();
      sending.link.awaitEnd();
      ack.unlessAnswered(e);
    }
  }

  /** Null leaves it to the producer: by the key, or any. */
  private @Nullable Integer partition(SinkRecord record, byte @Nullable [] key, Sending sending) {
    if (key != null || record.orderKey() == SourceRecord.NO_ORDER_KEY || ownPartitioner) {
      return null;
    }
    if (sending.partitions == 0) {
      sending.partitions = sending.link.producer().partitionsFor(config.topic()).size();
    }
    return (int) Long.remainderUnsigned(record.orderKey(), sending.partitions);
  }

  /** Waits for the answer of one record. */
  private final class Ack implements Callback {
    private final Sending sending;
    private final int index;
    private final long orderKey;
    private boolean answered;

    Ack(Sending sending, int index, long orderKey) {
      this.sending = sending;
      this.index = index;
      this.orderKey = orderKey;
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
      answered = true;
      if (failure == null) {
        sending.answer.delivered();
        return;
      }
      SinkOutcome outcome = outcome(failure);
      if (!(outcome instanceof SinkOutcome.Reject)) {
        if (sending.answer.isSending()) {
          sending.stopped = true; // the producer answers at once what it doesn't take
        } else if (ordering == Ordering.KEPT && orderKey != SourceRecord.NO_ORDER_KEY) {
          sending.link.breakOff();
        }
      }
      sending.answer.failed(index, outcome);
    }

    /** Answers for a record that the producer threw at, if it has not answered itself. */
    void unlessAnswered(RuntimeException failure) {
      sending.stopped = true;
      if (!answered) {
        answered = true;
        sending.answer.failed(index, outcome(failure));
      }
    }

    private SinkOutcome outcome(Exception failure) {
      return sending.link.isStuck()
          ? new SinkOutcome.Retry(Duration.ZERO, "topic " + config.topic() + ": " + STUCK)
          : failures.outcome(failure);
    }
  }

  @Override
  public void close() {
    Session open = session;
    session = null;
    if (open != null) {
      open.link.close(CLOSE_TIMEOUT);
    }
  }
}
