package io.penstock.engine.core;

import io.penstock.connector.LaneCommit;
import io.penstock.connector.LaneStart;
import io.penstock.engine.ConnectorStatus.HeadOfLine;
import io.penstock.engine.ConnectorStatus.LaneStatus;
import io.penstock.engine.intake.LaneHandle;
import io.penstock.engine.ledger.Ledger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The core's side of a lane. Everything but what {@link LaneHandle} shares belongs to the core. */
abstract class LaneState extends LaneHandle {

  private static final double FULL_SHARE = 0.9;
  private static final double UNSETTLED_SHARE = 0.02;

  /**
   * Mixed into order keys, so that lanes don't share keys. The same for every owner of the lane:
   * sinks may choose partitions by it.
   */
  final long uid;

  /** Works that are out of the ready queue. */
  int out;

  /** It is being given up: nothing new is started. */
  boolean revoking;

  /** It isn't ours any more. */
  boolean gone;

  /** Why it stopped, and how many works keep it so. */
  @Nullable String halted;

  int halting;

  private LaneState(LaneStart start, long uid) {
    super(start);
    this.uid = uid;
  }

  /** Takes a work in; answers whether it has to be handled. */
  abstract boolean admit(Work work);

  /** Settles a work that was admitted. */
  abstract void settle(Work work);

  /** The works that aren't settled, oldest first. */
  abstract List<Work> unsettled();

  abstract @Nullable Work oldest();

  abstract LaneStatus status();

  /** Whether nothing more should be taken. */
  abstract boolean isFull();

  /** Whether taking is worth while again. */
  abstract boolean isLow();

  HeadOfLine headOfLine() {
    return HeadOfLine.CLEAR;
  }

  /** The last commit was not stored. */
  void commitFailed() {
    // A queue has nothing to commit.
  }

  /** Tells the intake whether to take. */
  final void showFull() {
    if (halted != null || isFull()) {
      full(true);
    } else if (isLow()) {
      full(false);
    }
  }

  /** A lane of a log: positions rise and are committed as a prefix. */
  static final class Log extends LaneState {

    private final Ledger<Work> ledger;
    private long committedVersion;
    private long committed;

    Log(LaneStart start, long uid, Ledger<Work> ledger) {
      super(start, uid);
      this.ledger = ledger;
      this.committed = start.position();
    }

    @Override
    boolean admit(Work work) {
      long sequence = ledger.admit(work.record.position(), work);
      work.sequence = sequence;
      return sequence != Ledger.SETTLED_BEFORE;
    }

    /** Takes a position in that needs no work; answers whether it was settled before. */
    boolean admitSettled(Work work) {
      if (admit(work)) {
        ledger.settle(work.sequence);
        return false;
      }
      return true;
    }

    void advanceTo(long position) {
      ledger.advanceTo(position);
    }

    @Override
    void settle(Work work) {
      ledger.settle(work.sequence);
    }

    @Override
    List<Work> unsettled() {
      List<Work> works = new ArrayList<>(ledger.unsettled());
      ledger.forEachUnsettled(works::add);
      return works;
    }

    @Override
    @Nullable Work oldest() {
      return ledger.oldest();
    }

    @Override
    boolean isFull() {
      return ledger.isFull();
    }

    @Override
    boolean isLow() {
      return ledger.span() <= ledger.maxSpan() - ledger.maxSpan() / 4;
    }

    @Override
    HeadOfLine headOfLine() {
      // In a window of less than 50 events one of them is more than the share, and blocks all the
      // same.
      double few = Math.max(1, ledger.span() * UNSETTLED_SHARE);
      return ledger.span() > ledger.maxSpan() * FULL_SHARE
              && ledger.settledInSpan() > 0
              && ledger.unsettled() <= few
          ? HeadOfLine.BLOCKED
          : HeadOfLine.CLEAR;
    }

    @Override
    void commitFailed() {
      committedVersion = -1;
    }

    /** How far it is settled. */
    LaneCommit progress() {
      return new LaneCommit(ledger.committable(), ledger.settledBeyond());
    }

    /** How far it is settled, if that is news. */
    @Nullable LaneCommit newProgress() {
      if (committedVersion == ledger.version()) {
        return null;
      }
      committedVersion = ledger.version();
      committed = ledger.committable();
      return progress();
    }

    @Override
    LaneStatus status() {
      return new LaneStatus(
          lane().name(),
          committed,
          ledger.nextPosition(),
          ledger.span(),
          ledger.settledInSpan(),
          lag(),
          headOfLine(),
          Optional.ofNullable(halted));
    }
  }

  /** A lane of a queue: each work is held on its own. */
  static final class Queue extends LaneState {

    private final Set<Work> held = new LinkedHashSet<>();

    Queue(LaneStart start, long uid) {
      super(start, uid);
    }

    @Override
    boolean admit(Work work) {
      held.add(work);
      return true;
    }

    @Override
    void settle(Work work) {
      held.remove(work);
    }

    @Override
    List<Work> unsettled() {
      return new ArrayList<>(held);
    }

    @Override
    @Nullable Work oldest() {
      return held.isEmpty() ? null : held.iterator().next();
    }

    @Override
    boolean isFull() {
      return false; // demand by route keeps a queue from handing over too much
    }

    @Override
    boolean isLow() {
      return true;
    }

    @Override
    LaneStatus status() {
      return new LaneStatus(
          lane().name(),
          0,
          0,
          held.size(),
          0,
          lag(),
          HeadOfLine.CLEAR,
          Optional.ofNullable(halted));
    }
  }
}
