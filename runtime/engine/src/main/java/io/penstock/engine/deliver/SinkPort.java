package io.penstock.engine.deliver;

import io.penstock.connector.Codec;
import io.penstock.connector.ConnectorException;
import io.penstock.connector.Sink;
import io.penstock.connector.SinkContext;
import io.penstock.connector.SinkOutcome;
import io.penstock.connector.SinkRecord;
import io.penstock.engine.ConnectorStatus.ErrorNote;
import io.penstock.engine.ConnectorStatus.SinkStatus;
import io.penstock.engine.DeliveryPolicy.UnreadableData;
import io.penstock.engine.RetryPolicy;
import io.penstock.engine.SinkPlan;
import io.penstock.engine.flow.Departure;
import io.penstock.engine.flow.Gate;
import io.penstock.engine.flow.Limit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's side of one sink: its line of deliveries, its gate, its retries. State belongs to
 * the core thread; the sink itself is only touched on its worker.
 *
 * @param <W> whose parcels are delivered
 */
public final class SinkPort<W> {

  private static final Logger log = LoggerFactory.getLogger(SinkPort.class);

  /** What the port needs of the core. */
  public interface Core {

    /** Runs on the core thread, soon. Any thread may call. */
    void post(Task task);

    /** Runs on the core thread, at a time. Only the core thread may call. */
    void at(long dueNs, Task task);

    /** Something went wrong, for the status. Only the core thread may call. */
    ErrorNote note(String code, String text);

    /** The connector can't go on. Only the core thread may call. */
    void fatal(String code, String text);

    /** The time for people. */
    Instant wallTime();

    /** For jitter, from 0 to 1. Only the core thread may call. */
    double random();

    /** The connector's payload format. */
    Codec format();

    /** What becomes of payloads that the sink's filter can't read. */
    UnreadableData unreadable();
  }

  /** A step on the core thread. */
  @FunctionalInterface
  public interface Task {
    /** Runs; the time is the core's. */
    void run(long nowNs);
  }

  private enum State {
    OPENING,
    OPEN,
    CLOSED
  }

  /** What goes to the sink in one call: a delivery's parcels change while it is under way. */
  private record Sending<W>(Delivery<W> delivery, List<Parcel<W>> parcels) {}

  private final SinkPlan plan;
  private final Gate gate;
  private final SerialWorker worker;
  private final Core core;
  private final SinkContext context;
  private final ArrayDeque<Delivery<W>> line = new ArrayDeque<>();

  /** On their way to the worker, which the gate bounds. */
  private final Queue<Sending<W>> outbox = new ConcurrentLinkedQueue<>();

  private final AtomicBoolean sending = new AtomicBoolean();
  private State state = State.OPENING;
  private int openFailures;
  private int inFlight;
  private boolean abandoned;
  private long delivered;
  private long retries;
  private long waiting;
  private long unreadable;
  private @Nullable ErrorNote lastError;

  /** A port that opens its sink at once, in the background. */
  public SinkPort(SinkPlan plan, Gate gate, SerialWorker worker, Core core, SinkContext context) {
    this.plan = plan;
    this.gate = gate;
    this.worker = worker;
    this.core = core;
    this.context = context;
    open();
  }

  /** What it delivers to. */
  public SinkPlan plan() {
    return plan;
  }

  /** How many parcels a delivery may hold: a sink that keeps order gets each batch as a whole. */
  public int maxRecords() {
    return keepsOrder() ? Integer.MAX_VALUE : plan.sink().maxRecords();
  }

  /** Whether the sink keeps the order of what it is given. */
  public boolean keepsOrder() {
    return plan.sink().ordering() == Sink.Ordering.KEPT;
  }

  /** Its gate. */
  public Gate gate() {
    return gate;
  }

  /** Whether the sink is open. */
  public boolean isOpen() {
    return state == State.OPEN;
  }

  private void open() {
    worker.execute(
        () -> {
          try {
            plan.sink().open(context);
            core.post(this::opened);
          } catch (ConnectorException e) {
            core.post(now -> openFailed(e.category(), e.getMessage(), now));
          } catch (Throwable e) { // a class that is missing in a plug-in is an error
            log.warn("{}: sink {} could not be opened", context.connector(), plan.name(), e);
            core.post(now -> openFailed(ConnectorException.Category.RETRY, e.toString(), now));
          }
        });
  }

  private void opened(long nowNs) {
    if (state == State.OPENING) {
      state = State.OPEN;
      pump(nowNs);
    }
  }

  private void openFailed(ConnectorException.Category category, String text, long nowNs) {
    if (state == State.CLOSED) {
      return;
    }
    String said = "sink " + plan.name() + ": " + text;
    lastError = core.note("SINK_OPEN", said);
    if (category == ConnectorException.Category.FATAL) {
      core.fatal("SINK_OPEN", said);
    } else {
      core.at(
          nowNs + RetryPolicy.FOREVER.backoffNs(++openFailures, core.random()),
          now -> {
            if (state == State.OPENING) {
              open();
            }
          });
    }
  }

  /** Whether so much stands in line that it is no use to make more for it. */
  public boolean isCongested() {
    return line.size() > gate.limit();
  }

  /** Takes a delivery; its listener hears of every parcel, once. */
  public void submit(Delivery<W> delivery, long nowNs) {
    waiting += delivery.parcels.size();
    line.addLast(delivery);
    pump(nowNs);
  }

  /** Takes parcels in as many deliveries as the sink wants. */
  public void submit(
      List<Parcel<W>> parcels,
      Delivery.Listener<W> listener,
      Delivery.Ordered ordered,
      long nowNs) {
    int most = maxRecords();
    if (parcels.size() <= most) {
      submit(new Delivery<>(parcels, listener, ordered, nowNs), nowNs);
      return;
    }
    for (int from = 0; from < parcels.size(); from += most) {
      int to = Math.min(parcels.size(), from + most);
      List<Parcel<W>> some = new ArrayList<>(parcels.subList(from, to));
      submit(new Delivery<>(some, listener, ordered, nowNs), nowNs);
    }
  }

  /** Sends what the gate lets through. */
  public void pump(long nowNs) {
    while (state == State.OPEN && !line.isEmpty() && gate.tryEnter(nowNs)) {
      send(line.pollFirst(), nowNs);
    }
  }

  /**
   * When {@link #pump} may have something to do by itself.
   *
   * @return {@link Long#MAX_VALUE} if only an answer can change anything
   */
  public long nextChangeNs(long nowNs) {
    return line.isEmpty() ? Long.MAX_VALUE : gate.opensAtNs(nowNs);
  }

  private void send(Delivery<W> delivery, long nowNs) {
    delivery.startNs = nowNs;
    inFlight++;
    outbox.add(new Sending<>(delivery, delivery.parcels));
    if (sending.compareAndSet(false, true)) { // one task for all that is there by then
      worker.execute(this::sendAll);
    }
  }

  /** On the worker. */
  private void sendAll() {
    sending.set(false);
    Sending<W> next;
    while ((next = outbox.poll()) != null) {
      send(next.delivery, next.parcels);
    }
  }

  private void send(Delivery<W> delivery, List<Parcel<W>> parcels) {
    @Nullable Selection selection;
    @Nullable CompletionStage<List<SinkOutcome>> stage;
    try {
      selection =
          plan.filter().isEmpty() && plan.transform().isEmpty()
              ? null
              : Selection.of(parcels, plan, core.format(), core.unreadable());
      stage = selection == null ? plan.sink().deliver(records(parcels)) : deliver(selection);
    } catch (Throwable e) { // errors too: whatever a sink throws, the delivery goes on
      answer(delivery, null, null, e);
      return;
    }
    if (stage == null) {
      answer(delivery, null, null, new NullPointerException("deliver() answered with null"));
    } else {
      stage.whenComplete((outcomes, error) -> answer(delivery, selection, outcomes, error));
    }
  }

  private static <W> List<SinkRecord> records(List<Parcel<W>> parcels) {
    List<SinkRecord> records = new ArrayList<>(parcels.size());
    for (Parcel<W> parcel : parcels) {
      records.add(parcel.record());
    }
    return records;
  }

  private @Nullable CompletionStage<List<SinkOutcome>> deliver(Selection selection) {
    if (selection.records().isEmpty()) {
      return CompletableFuture.completedFuture(selection.outcomes(List.of()));
    }
    CompletionStage<List<SinkOutcome>> sent = plan.sink().deliver(selection.records());
    return sent == null ? null : sent.thenApply(selection::outcomes);
  }

  private void answer(
      Delivery<W> delivery,
      @Nullable Selection selection,
      @Nullable List<SinkOutcome> outcomes,
      @Nullable Throwable error) {
    core.post(now -> answered(delivery, selection, outcomes, error, now));
  }

  private void answered(
      Delivery<W> delivery,
      @Nullable Selection selection,
      @Nullable List<SinkOutcome> outcomes,
      @Nullable Throwable error,
      long nowNs) {
    int size = delivery.parcels.size();
    String broken = null;
    if (outcomes == null) {
      broken = String.valueOf(error);
      log.warn("{}: sink {} failed", context.connector(), plan.name(), error);
    } else if (outcomes.size() != delivery.parcels.size()) {
      broken = outcomes.size() + " outcomes for " + delivery.parcels.size() + " records";
    }
    unreadable += selection == null ? 0 : selection.unreadable();
    Round round = new Round();
    List<Parcel<W>> left = new ArrayList<>();
    for (int i = 0; i < delivery.parcels.size(); i++) {
      SinkOutcome outcome =
          broken != null || outcomes == null
              ? new SinkOutcome.Retry(Duration.ZERO, String.valueOf(broken))
              : outcomes.get(i);
      round.code = selection == null ? null : selection.code(i);
      if (staysAfter(delivery, delivery.parcels.get(i), outcome, round, nowNs)) {
        left.add(delivery.parcels.get(i));
      }
    }
    waiting -= delivery.parcels.size() - left.size();
    delivery.parcels = left;
    dropUnwanted(delivery, nowNs);
    if (!abandoned) {
      inFlight--;
      gate.leave(
          new Departure(delivery.startNs, nowNs, size, round.verdict, round.retryAfterNs),
          plan.retry(),
          core.wallTime());
    }
    if (!delivery.parcels.isEmpty() && state != State.CLOSED) {
      retries += delivery.parcels.size();
      delivery.parcels.forEach(parcel -> delivery.listener.delayed(parcel, nowNs));
      // A sink that says of everything that it was not tried gives no delay.
      long delayNs = round.delayNs > 0 ? round.delayNs : plan.retry().backoffNs(1, core.random());
      core.at(nowNs + delayNs, now -> again(delivery, now));
    }
    pump(nowNs);
  }

  /** What one answer of the sink comes to. */
  private static final class Round {
    private @Nullable String code; // of the parcel that is looked at
    private Limit.Verdict verdict = Limit.Verdict.SERVED;
    private long retryAfterNs;
    private long delayNs;
  }

  private boolean staysAfter(
      Delivery<W> delivery, Parcel<W> parcel, SinkOutcome outcome, Round round, long nowNs) {
    if (outcome instanceof SinkOutcome.Delivered) {
      delivered++;
      delivery.listener.finished(parcel, nowNs);
      return false;
    }
    Delivery.Interest interest = delivery.listener.interest(parcel.owner(), this);
    if (interest == Delivery.Interest.GONE || interest == Delivery.Interest.COVERED) {
      return true; // taken out when all answers are read
    }
    if (outcome instanceof SinkOutcome.Retry retry) {
      parcel.failed();
      if (round.verdict == Limit.Verdict.SERVED) {
        round.verdict = Limit.Verdict.INCONCLUSIVE;
      }
      lastError = core.note("SINK_ERROR", plan.name() + ": " + retry.text());
      round.delayNs =
          Math.max(
              round.delayNs,
              Math.max(
                  RetryPolicy.delayNs(retry.after()),
                  plan.retry().backoffNs(parcel.failures(), core.random())));
      boolean tooOld =
          plan.retry().maxAge().isPresent()
              && nowNs - delivery.createdNs >= plan.retry().maxAge().get().toNanos();
      if (interest == Delivery.Interest.LAST_TRY) {
        return refused(delivery, parcel, "HEAD_OF_LINE", retry.text(), round, nowNs);
      }
      if (tooOld || plan.retry().isExhausted(parcel.failures())) {
        return refused(delivery, parcel, "SINK_EXHAUSTED", retry.text(), round, nowNs);
      }
    } else if (outcome instanceof SinkOutcome.Throttled throttled) {
      parcel.throttled();
      round.verdict = Limit.Verdict.THROTTLED;
      lastError = core.note("SINK_THROTTLED", plan.name() + ": " + throttled.text());
      long askedNs = RetryPolicy.delayNs(throttled.after());
      long backoffNs = plan.retry().backoffNs(parcel.throttles(), core.random());
      round.retryAfterNs = Math.max(round.retryAfterNs, askedNs);
      round.delayNs = Math.max(round.delayNs, Math.max(askedNs, backoffNs));
    } else if (outcome instanceof SinkOutcome.Reject reject) {
      String code = round.code == null ? "SINK_REJECTED" : round.code;
      lastError = core.note(code, plan.name() + ": " + reject.text());
      return refused(delivery, parcel, code, reject.text(), round, nowNs);
    }
    return true;
  }

  private boolean refused(
      Delivery<W> delivery, Parcel<W> parcel, String code, String text, Round round, long nowNs) {
    if (delivery.isOrdered()) {
      delivery.held++; // before the listener, which may settle the owner and release at once
    }
    Delivery.Verdict verdict =
        delivery.listener.refused(
            parcel, new Delivery.Refusal<>(this, delivery, code, text), nowNs);
    if (verdict == Delivery.Verdict.GIVE_UP) {
      return false;
    }
    if (delivery.isOrdered()) {
      delivery.held--;
    }
    round.delayNs = Math.max(round.delayNs, plan.retry().maxBackoff().toNanos());
    return true;
  }

  private void again(Delivery<W> delivery, long nowNs) {
    if (state == State.CLOSED) {
      return;
    }
    if (delivery.held > 0) {
      delivery.phase = Delivery.Phase.HELD;
      return; // release() comes back here
    }
    delivery.phase = Delivery.Phase.UNDER_WAY;
    dropUnwanted(delivery, nowNs);
    if (!delivery.parcels.isEmpty()) {
      line.addLast(delivery);
      pump(nowNs);
    }
  }

  /** Takes out what nobody waits for any more, and what a given-up parcel of its owner covers. */
  private void dropUnwanted(Delivery<W> delivery, long nowNs) {
    List<Parcel<W>> wanted = new ArrayList<>(delivery.parcels.size());
    List<Parcel<W>> covered = new ArrayList<>();
    for (Parcel<W> parcel : delivery.parcels) {
      switch (delivery.listener.interest(parcel.owner(), this)) {
        case WANTED, LAST_TRY -> wanted.add(parcel);
        case COVERED -> covered.add(parcel);
        case GONE -> {}
      }
    }
    waiting -= delivery.parcels.size() - wanted.size();
    delivery.parcels = wanted;
    covered.forEach(parcel -> delivery.listener.finished(parcel, nowNs));
  }

  /** The owner of a parcel that was given up in this delivery is settled: the rest may go on. */
  public void release(Delivery<W> delivery, long nowNs) {
    if (--delivery.held == 0 && delivery.phase == Delivery.Phase.HELD) {
      again(delivery, nowNs);
    }
  }

  /** Closes the sink behind what its worker still has to do; nothing is delivered any more. */
  public void close(Runnable whenClosed) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    worker.execute(
        () -> {
          try {
            plan.sink().close();
          } catch (Throwable e) { // a class that is missing in a plug-in is an error
            log.warn("{}: sink {} failed to close", context.connector(), plan.name(), e);
          } finally {
            whenClosed.run();
          }
        });
    worker.end();
  }

  /**
   * Gives back the slots of deliveries that have no answer yet: a sink that is closed may never
   * give one, and others may share its gate. To be called when nothing waits for it any more.
   */
  public void abandon() {
    abandoned = true;
    line.clear();
    waiting = 0;
    for (; inFlight > 0; inFlight--) {
      gate.abandon();
    }
  }

  /** How it is now. */
  public SinkStatus status() {
    return new SinkStatus(
        plan.name(),
        delivered,
        retries,
        waiting,
        unreadable,
        gate.status(plan.destination(), Optional.empty()),
        Optional.ofNullable(lastError));
  }
}
