package io.penstock.engine.core;

import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import io.penstock.engine.WindowPolicy;
import io.penstock.engine.intake.LaneHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The lanes that a connector owns: how they come, how they are given up, how far they are committed.
 * Belongs to the core thread.
 */
final class Lanes {

  private final ConnectorCore core;
  private final Works works;
  private final WindowPolicy window;
  private final Set<LaneState> owned = new LinkedHashSet<>();
  private final List<Revocation> revocations = new ArrayList<>();
  private boolean committedYet;
  private long nextCommitNs;

  Lanes(ConnectorCore core, Works works, WindowPolicy window) {
    this.core = core;
    this.works = works;
    this.window = window;
  }

  /** Those that are owned now, a view. */
  Set<LaneState> owned() {
    return Collections.unmodifiableSet(owned);
  }

  void assigned(List<LaneState> assigned) {
    owned.addAll(assigned);
  }

  /** Gives lanes up: nothing new is started, and what is out is waited for, for a bounded time. */
  void revoking(Revocation revocation, long nowNs) {
    revocation.lanes().forEach(works::quiesce);
    revocations.add(revocation);
    if (revocation.isQuiet() || core.isPastDrain()) {
      finish(revocation, nowNs);
    } else {
      core.at(
          nowNs + window.revokeWait().toNanos(),
          now -> {
            if (revocations.contains(revocation)) {
              finish(revocation, now);
            }
          });
    }
  }

  /** Fewer works of a lane are out: somebody may be waiting for that. */
  void quieter(LaneState lane, long nowNs) {
    if (!lane.revoking || lane.out > 0) {
      return;
    }
    for (Revocation revocation : List.copyOf(revocations)) {
      if (revocation.isQuiet()) {
        finish(revocation, nowNs);
      }
    }
  }

  /** Nothing that is out is waited for any more. */
  void finishRevocations(long nowNs) {
    for (Revocation revocation : List.copyOf(revocations)) {
      finish(revocation, nowNs);
    }
  }

  private void finish(Revocation revocation, long nowNs) {
    revocations.remove(revocation);
    core.failpoints().reached("before-revoke-answer");
    Map<Lane, LaneCommit> commits = new HashMap<>();
    for (LaneState lane : revocation.lanes()) {
      if (lane instanceof LaneState.Log log) {
        commits.put(lane.lane(), log.progress());
      } else {
        core.giveBack(lane);
      }
    }
    forget(revocation.lanes(), nowNs);
    revocation.answer().complete(commits);
  }

  /** They are gone: nothing of them is committed any more. */
  void forget(List<LaneState> lanes, long nowNs) {
    for (LaneState lane : lanes) {
      works.discard(lane, nowNs);
      owned.remove(lane);
    }
  }

  /** Commits what is news, once an interval. */
  void commit(long nowNs) {
    if (committedYet && nowNs - nextCommitNs < 0) {
      return;
    }
    committedYet = true;
    nextCommitNs = nowNs + window.commitInterval().toNanos();
    Map<LaneHandle, LaneCommit> commits = new HashMap<>();
    for (LaneState lane : owned) {
      if (lane instanceof LaneState.Log log && !lane.revoking) {
        LaneCommit progress = log.newProgress();
        if (progress != null) {
          commits.put(lane, progress);
        }
      }
    }
    if (!commits.isEmpty()) {
      core.intake().commit(commits);
    }
  }

  long nextCommitNs() {
    return nextCommitNs;
  }
}
