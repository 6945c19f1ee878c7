package io.penstock.engine.core;

import io.penstock.connector.AttemptEnd;
import io.penstock.connector.OrderKeys;
import io.penstock.connector.Settlement;
import io.penstock.connector.SinkRecord;
import io.penstock.connector.SourceRecord;
import io.penstock.connector.SourceVerdict;
import io.penstock.engine.FailurePlan;
import io.penstock.engine.Order;
import io.penstock.engine.deliver.DeadLetterEvent;
import io.penstock.engine.deliver.Delivery;
import io.penstock.engine.deliver.Delivery.Ordered;
import io.penstock.engine.deliver.Parcel;
import io.penstock.engine.deliver.ResultEvent;
import io.penstock.engine.deliver.SinkPort;
import io.penstock.engine.intake.Budget;
import io.penstock.engine.intake.Chunk;
import io.penstock.functions.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events under way, from admission to settlement: every change of a {@link Work} that counts for
 * the ledger, the budget or an order key is made here. Belongs to the core thread.
 */
final class Works implements Delivery.Listener<Work> {

  private final ConnectorCore core;
  private final Budget budget;
  private final Counters counters;
  private final Order order;
  private final DeadLetters deadLetters = new DeadLetters();
  private long bytesToFree;
  private long unsettled;

  Works(ConnectorCore core, Budget budget, Counters counters, Order order) {
    this.core = core;
    this.budget = budget;
    this.counters = counters;
    this.order = order;
  }

  /** How many events are under way. */
  long unsettled() {
    return unsettled;
  }

  /** Gives what was freed back to the intake; answers whether there was anything. */
  boolean flushBudget() {
    if (bytesToFree == 0) {
      return false;
    }
    budget.add(-bytesToFree);
    bytesToFree = 0;
    return true;
  }

  // ---- admission

  /** Takes in what a poll brought. */
  void admit(Chunk chunk, long nowNs) {
    if (budget.chunkTaken()) {
      core.wakeIntake();
    }
    LaneState lane = (LaneState) chunk.lane();
    int count = chunk.records().size();
    for (int i = 0; i < count; i++) {
      SourceRecord record = chunk.records().get(i);
      Chunk.Problem problem = chunk.problems() == null ? null : chunk.problems()[i];
      admit(lane, record, chunk.events()[i], problem, nowNs);
    }
    if (lane instanceof LaneState.Log log && !lane.gone && !lane.revoking) {
      log.advanceTo(chunk.nextPosition());
    }
    lane.showFull();
  }

  private void admit(
      LaneState lane,
      SourceRecord record,
      @Nullable Event event,
      Chunk.@Nullable Problem problem,
      long nowNs) {
    if (lane.gone || lane.revoking) {
      bytesToFree += record.sizeBytes() + Budget.EVENT_OVERHEAD;
      return;
    }
    counters.received++;
    Route route = core.route(record.route());
    Route taken = route == null ? core.ownRoute() : route;
    Work work = new Work(record, event, lane, taken, orderKey(lane, record), nowNs);
    if (problem != null && problem.kind() != Chunk.Kind.TRANSFORM_FAILED) {
      counters.unreadable++;
    }
    if (problem != null && problem.kind() == Chunk.Kind.UNREADABLE_NO_MATCH) {
      core.noteError("UNREADABLE", "filtered as it does not match: " + problem.text());
      filtered(work);
      return;
    }
    if (event == null && problem == null) {
      filtered(work);
      return;
    }
    if (!lane.admit(work)) {
      counters.skipped++;
      bytesToFree += work.budgetBytes();
      return;
    }
    unsettled++;
    taken.unsettled++;
    if (problem != null) {
      fail(work, problem.kind().name(), problem.text(), nowNs);
    } else if (route == null) {
      fail(work, "UNKNOWN_ROUTE", "no route is named '" + record.route() + "'", nowNs);
    } else if (record.verdict() instanceof SourceVerdict.GivenUp gaveUp) {
      fail(work, gaveUp.code(), gaveUp.text(), nowNs);
    } else if (record.verdict() instanceof SourceVerdict.Stopped) {
      isOut(work);
      deliver(taken.stopPorts, List.of(work), List.of(List.of(work.readableEvent())), nowNs);
    } else {
      taken.ready.add(work, nowNs);
    }
  }

  private void filtered(Work work) {
    bytesToFree += work.budgetBytes();
    if (work.lane instanceof LaneState.Log log && log.admitSettled(work)) {
      counters.skipped++;
      return;
    }
    counters.settled(Settlement.FILTERED);
    core.queueSettled(work, Settlement.FILTERED);
  }

  private long orderKey(LaneState lane, SourceRecord record) {
    long key =
        switch (order) {
          case NONE -> SourceRecord.NO_ORDER_KEY;
          case LANE -> 1;
          case KEY -> record.orderKey();
        };
    if (key == SourceRecord.NO_ORDER_KEY) {
      return key;
    }
    long scoped = OrderKeys.mix(key + lane.uid * 0x9e3779b97f4a7c15L);
    return scoped == SourceRecord.NO_ORDER_KEY ? 1 : scoped;
  }

  // ---- out and back

  /** It may not have been in a batch, but a stop waits for its sinks too. */
  private static void isOut(Work work) {
    if (!work.out) {
      work.out = true;
      work.lane.out++;
    }
  }

  void tookOut(Work work) {
    work.out = true;
    work.holdsKey = true;
    work.lane.out++;
  }

  /** Puts a work that is out back to be tried again, unless its lane is being given up. */
  void putBack(Work work, long nowNs) {
    if (work.cancelled) {
      settle(work, Settlement.DROPPED, nowNs);
    } else if (work.lane.revoking) {
      leave(work, nowNs);
      freeKey(work, nowNs);
      core.lanes().quieter(work.lane, nowNs);
    } else if (core.releasedToQueue(work, nowNs)) {
      work.lane.settle(work);
      end(work, nowNs);
      core.lanes().quieter(work.lane, nowNs);
    } else {
      leave(work, nowNs);
      work.holdsKey = false;
      work.route.ready.putBack(work, work.dueNs(), nowNs);
    }
  }

  private static void freeKey(Work work, long nowNs) {
    if (work.holdsKey) {
      work.holdsKey = false;
      work.route.ready.done(work, nowNs);
    }
  }

  private void leave(Work work, long nowNs) {
    if (work.out) {
      work.out = false;
      work.lane.out--;
    }
    leaveStream(work, nowNs);
  }

  private static void leaveStream(Work work, long nowNs) {
    BatchRun stream = work.stream;
    if (stream != null) {
      work.stream = null;
      work.route.leftStream(stream, nowNs);
    }
  }

  // ---- delivery

  /** Sends results to the success sinks; what has none to send is settled at once. */
  void deliver(Route route, List<Work> works, List<List<Event>> results, long nowNs) {
    deliver(route.successPorts, works, results, nowNs);
  }

  private void deliver(
      List<SinkPort<Work>> to, List<Work> works, List<List<Event>> results, long nowNs) {
    if (works.isEmpty()) {
      return;
    }
    List<Parcel<Work>> parcels = new ArrayList<>(works.size());
    int ports = to.size();
    for (int i = 0; i < works.size(); i++) {
      Work work = works.get(i);
      if (!work.ended) {
        core.attempted(work, new AttemptEnd.Done(results.get(i)));
      }
      if (work.ended) {
        counters.late++;
      } else if (ports == 0 || results.get(i).isEmpty()) {
        settle(work, Settlement.DELIVERED, nowNs);
      } else {
        addParcels(work, results.get(i), parcels);
        work.pending = results.get(i).size() * ports;
      }
    }
    if (parcels.isEmpty()) {
      return;
    }
    core.failpoints().reached("before-deliver");
    Ordered ordered = order == Order.NONE ? Ordered.NO : Ordered.YES;
    for (int i = 0; i < ports; i++) {
      // Each port has parcels of its own, for it counts their failures; the last takes these.
      List<Parcel<Work>> own = i == ports - 1 ? parcels : Parcel.copies(parcels);
      to.get(i).submit(own, this, ordered, nowNs);
    }
  }

  private void addParcels(Work work, List<Event> results, List<Parcel<Work>> into) {
    Event event = work.readableEvent();
    boolean made = work.route.plan.function().isPresent() && work.record.verdict() == null;
    byte[] key = work.record.key();
    for (int r = 0; r < results.size(); r++) {
      Event result = results.get(r);
      if (made) {
        work.resultBytes += result.data().length;
        result = new ResultEvent(event, r, result);
      }
      into.add(new Parcel<>(work, new SinkRecord(result, key, work.orderKey(), event)));
    }
    if (work.resultBytes > 0) {
      budget.add(work.resultBytes);
    }
  }

  @Override
  public void finished(Parcel<Work> parcel, long nowNs) {
    parcelEnded(parcel.owner(), nowNs);
  }

  /** It waits on its own account: the slot of a plain stream is for what has not been tried yet. */
  @Override
  public void delayed(Parcel<Work> parcel, long nowNs) {
    leaveStream(parcel.owner(), nowNs);
  }

  private void parcelEnded(Work work, long nowNs) {
    if (work.ended) {
      counters.late++;
    } else if (--work.pending == 0) {
      core.failpoints().reached("before-settle");
      settle(work, work.verdict, nowNs);
    }
  }

  @Override
  public Delivery.Verdict refused(Parcel<Work> parcel, Delivery.Refusal<Work> refusal, long nowNs) {
    Work work = parcel.owner();
    String sink = refusal.port().plan().name();
    FailurePlan plan = work.route.plan.onFailure();
    if (plan instanceof FailurePlan.Halt) {
      halt(work, "sink " + sink + " refused a result: " + refusal.text());
      return Delivery.Verdict.KEEP_TRYING;
    }
    work.refused(refusal);
    if (plan instanceof FailurePlan.Drop) {
      work.verdict = Settlement.DROPPED;
    } else {
      DeadLetterEvent.Cause cause =
          new DeadLetterEvent.Cause(refusal.code(), refusal.text(), sink, parcel.record().event());
      sendDeadLetter(work, cause, nowNs);
    }
    parcelEnded(work, nowNs);
    return Delivery.Verdict.GIVE_UP;
  }

  @Override
  public Delivery.Interest interest(Work work, SinkPort<Work> port) {
    if (hasGone(work)) {
      return Delivery.Interest.GONE;
    }
    if (work.wasRefusedBy(port)) {
      return Delivery.Interest.COVERED;
    }
    return work.evict ? Delivery.Interest.LAST_TRY : Delivery.Interest.WANTED;
  }

  /** A lane goes with all its works at once, though they are ended one by one. */
  private static boolean hasGone(Work work) {
    return work.ended || work.lane.gone;
  }

  // ---- failure

  /** Gives an event up: to the failure sinks, dropped, or held with its lane halted. */
  void fail(Work work, String code, String text, long nowNs) {
    if (work.cancelled) {
      settle(work, Settlement.DROPPED, nowNs);
      return;
    }
    core.noteError(code, text);
    core.attempted(work, new AttemptEnd.GivenUp(code, text));
    FailurePlan plan = work.route.plan.onFailure();
    if (plan instanceof FailurePlan.Drop) {
      settle(work, Settlement.DROPPED, nowNs);
    } else if (plan instanceof FailurePlan.DeadLetter) {
      work.pending = 0;
      sendDeadLetter(work, new DeadLetterEvent.Cause(code, text, null, null), nowNs);
    } else {
      halt(
          work,
          "event at "
              + work.lane.lane()
              + "/"
              + work.record.position()
              + " can't be handled ("
              + code
              + ": "
              + text
              + ") and there is no onFailure: add one, or {\"type\": \"drop\"}, and restart; or"
              + " seek past it");
      leave(work, nowNs); // its key stays taken, but nobody waits for it
    }
  }

  private void sendDeadLetter(Work work, DeadLetterEvent.Cause cause, long nowNs) {
    core.failpoints().reached("before-dead-letter");
    DeadLetterEvent letter =
        new DeadLetterEvent(work.record, work.event, cause, core.circumstances(work, nowNs));
    SinkRecord record = new SinkRecord(letter, work.record.key(), work.orderKey(), work.event);
    work.verdict = Settlement.DEAD_LETTERED;
    isOut(work);
    work.pending += work.route.failurePorts.size();
    for (SinkPort<Work> port : work.route.failurePorts) {
      List<Parcel<Work>> parcels = new ArrayList<>(1);
      parcels.add(new Parcel<>(work, record));
      port.submit(new Delivery<>(parcels, deadLetters, Ordered.NO, nowNs), nowNs);
    }
  }

  /** A dead letter is never given up: while its sink fails the lane is halted. */
  private final class DeadLetters implements Delivery.Listener<Work> {
    @Override
    public void finished(Parcel<Work> parcel, long nowNs) {
      core.failpoints().reached("after-dead-letter");
      parcelEnded(parcel.owner(), nowNs);
    }

    @Override
    public void delayed(Parcel<Work> parcel, long nowNs) {
      // It holds nothing but its place in the window.
    }

    @Override
    public Delivery.Verdict refused(
        Parcel<Work> parcel, Delivery.Refusal<Work> refusal, long nowNs) {
      halt(
          parcel.owner(),
          "failure sink "
              + refusal.port().plan().name()
              + " does not take a dead letter: "
              + refusal.text());
      return Delivery.Verdict.KEEP_TRYING;
    }

    @Override
    public Delivery.Interest interest(Work work, SinkPort<Work> port) {
      return hasGone(work) ? Delivery.Interest.GONE : Delivery.Interest.WANTED;
    }
  }

  private void halt(Work work, String reason) {
    LaneState lane = work.lane;
    lane.halted = reason;
    if (!work.halting) {
      work.halting = true;
      lane.halting++;
    }
    core.noteError("LANE_HALTED", reason);
    lane.showFull();
  }

  // ---- settlement

  /** The one final outcome; a second one is ignored and counted. */
  void settle(Work work, Settlement settlement, long nowNs) {
    if (work.ended) {
      counters.late++;
      return;
    }
    work.lane.settle(work);
    counters.settled(settlement);
    core.queueSettled(work, settlement);
    end(work, nowNs);
    core.lanes().quieter(work.lane, nowNs);
  }

  private void end(Work work, long nowNs) {
    work.ended = true;
    unsettled--;
    work.route.left(nowNs);
    bytesToFree += work.budgetBytes();
    leave(work, nowNs);
    freeKey(work, nowNs);
    if (work.halting && --work.lane.halting == 0) {
      work.lane.halted = null;
    }
    work.lane.showFull();
    work.releaseHeld(nowNs);
  }

  /** Drops a work whose source does not want it any more, or has it dropped when it isn't done. */
  void cancel(LaneState lane, SourceRecord record, long nowNs) {
    for (Work work : lane.unsettled()) {
      if (work.record == record && !work.cancelled && work.pending == 0) {
        work.cancelled = true;
        if (work.out) {
          work.route.cancel(work);
        } else {
          work.route.ready.removeIf(other -> other == work);
          settle(work, Settlement.DROPPED, nowNs);
        }
        return;
      }
    }
  }

  /** Forgets a lane: whatever of it is still under way comes to nothing here. */
  void discard(LaneState lane, long nowNs) {
    if (lane.gone) {
      return;
    }
    lane.gone = true;
    for (Route route : core.routes()) {
      route.ready.removeIf(work -> work.lane == lane);
    }
    for (Work work : lane.unsettled()) {
      end(work, nowNs);
    }
  }

  /** Stops starting anything of a lane that is to be given up. */
  void quiesce(LaneState lane) {
    lane.revoking = true;
    for (Route route : core.routes()) {
      route.ready.removeIf(work -> work.lane == lane);
    }
  }

  /** Gives up the event that keeps a full window from moving, at its next failure or at once. */
  void evictOldest(LaneState lane, long nowNs) {
    Work oldest = lane.oldest();
    if (oldest == null || oldest.evict || oldest.verdict != Settlement.DELIVERED) {
      return;
    }
    oldest.evict = true;
    if (!oldest.out && !oldest.halting) {
      oldest.route.ready.removeIf(work -> work == oldest);
      fail(oldest, "HEAD_OF_LINE", "held up a full window while it waited to be retried", nowNs);
    }
  }
}
