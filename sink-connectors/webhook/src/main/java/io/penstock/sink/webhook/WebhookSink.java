package io.penstock.sink.webhook;

import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.functions.Event;
import io.penstock.httpclient.HttpCaller;
import io.penstock.httpclient.HttpEndpoint;
import io.penstock.httpclient.OutgoingRequest;
import io.penstock.httpclient.cloudevents.EventEncoder;
import io.penstock.httpclient.cloudevents.EventMode;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Sends events to an endpoint. A call is one request after another: the engine gives as many events
 * a call as a request takes, and makes calls side by side, so that its limiter counts requests.
 *
 * <p>What an answer comes to is told at {@link Delivering}.
 */
final class WebhookSink implements Sink {

  /** Connections are bounded by the requests under way, and those by the destination's limiter. */
  private static final int MAX_CONNECTIONS = 4_096;

  /**
   * How it sends.
   *
   * @param mode how events become requests
   * @param maxEvents how many a request has at most
   * @param timeout of a request
   */
  record Plan(EventMode mode, int maxEvents, Duration timeout) {}

  private final HttpEndpoint endpoint;
  private final Plan plan;
  private final Signer signer;
  private final Clock clock;
  private @Nullable HttpCaller caller;
  private @Nullable ByteBudget budget;

  WebhookSink(HttpEndpoint endpoint, Plan plan, Signer signer, Clock clock) {
    this.endpoint = endpoint;
    this.plan = plan;
    this.signer = signer;
    this.clock = clock;
  }

  @Override
  public Ordering ordering() {
    return Ordering.NONE;
  }

  @Override
  public int maxRecords() {
    return plan.maxEvents();
  }

  /** Connects to nothing yet: a receiver may be down when a connector starts. */
  @Override
  public void open(SinkContext context) {
    caller = HttpCaller.open(endpoint, MAX_CONNECTIONS, new HttpCaller.Answers.Ignored());
    budget = new ByteBudget(context.bufferBytes());
  }

  @Override
  public CompletionStage<List<SinkOutcome>> deliver(List<SinkRecord> records) {
    HttpCaller open = caller;
    ByteBudget bytes = budget;
    if (open == null || bytes == null) {
      throw new IllegalStateException("the sink is not open");
    }
    List<Event> events = new ArrayList<>(records.size());
    long size = 0;
    for (SinkRecord record : records) {
      events.add(record.event());
      size += record.event().data().length;
    }
    if (!bytes.take(size)) {
      throw new IllegalStateException("the sink was closed");
    }
    Delivering delivering =
        new Delivering(
            events, plan.maxEvents(), some -> open.send(() -> request(some), plan.timeout()));
    long taken = size;
    return delivering.start().whenComplete((outcomes, e) -> bytes.give(taken));
  }

  private OutgoingRequest request(List<Event> events) {
    OutgoingRequest request = EventEncoder.encode(plan.mode(), events);
    String id = MessageId.of(events);
    request.headers().add("webhook-id", id);
    if (signer.signs()) {
      long timestamp = clock.instant().getEpochSecond();
      request
          .headers()
          .add("webhook-timestamp", Long.toString(timestamp))
          .add("webhook-signature", signer.sign(id, timestamp, request.body()));
    }
    return request;
  }

  @Override
  public void close() {
    HttpCaller open = caller;
    ByteBudget bytes = budget;
    caller = null;
    budget = null;
    if (bytes != null) {
      bytes.close();
    }
    if (open != null) {
      open.close();
    }
  }
}
