package io.penstock.source.rocketmq;

import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.common.message.MessageQueue;
import org.jspecify.annotations.Nullable;

/** A queue that this member has, as far as it has come. Confined to the intake thread. */
final class OwnedQueue {

  private final MessageQueue queue;
  private final Lane lane;
  private final Origin origin;
  private long position;
  private long end = -1;
  private long lockedNs;
  private boolean isLocked;
  private boolean isPaused;
  private boolean isPulling;
  private int generation;
  private long pullAgainNs;
  private boolean waitsToPull;
  private @Nullable PullResult fetched;
  private int fetchedBytes;
  private @Nullable LaneCommit wanted;
  private @Nullable LaneCommit stored;

  OwnedQueue(MessageQueue queue, Origin origin, long position) {
    this.queue = queue;
    this.lane = laneOf(queue);
    this.origin = origin;
    this.position = position;
  }

  static Lane laneOf(MessageQueue queue) {
    return new Lane(queue.getTopic() + "-" + nameOf(queue));
  }

  static String nameOf(MessageQueue queue) {
    return queue.getBrokerName() + "-" + queue.getQueueId();
  }

  MessageQueue queue() {
    return queue;
  }

  Lane lane() {
    return lane;
  }

  Origin origin() {
    return origin;
  }

  /** The next offset to hand over. */
  long position() {
    return position;
  }

  void advance(long next) {
    position = next;
  }

  /**
   * Goes on elsewhere: what was fetched, or is being fetched, is of no use any more, nor is what was
   * to be stored. Nor is it known what the group has: a commit that failed may have been stored.
   */
  void moveTo(long next) {
    position = next;
    generation++;
    fetched = null;
    fetchedBytes = 0;
    isPulling = false;
    waitsToPull = false;
    wanted = null;
    stored = null;
  }

  // ---- the broker's lock

  void locked(long nowNs) {
    isLocked = true;
    lockedNs = nowNs;
  }

  void notLocked() {
    isLocked = false;
  }

  boolean isLocked() {
    return isLocked;
  }

  long lockedNs() {
    return lockedNs;
  }

  // ---- pulling

  void pause() {
    isPaused = true;
  }

  void resume() {
    isPaused = false;
  }

  boolean isPaused() {
    return isPaused;
  }

  /** Whether a pull should be started now. */
  boolean wantsPull(long nowNs) {
    return !isPulling && fetched == null && (!waitsToPull || nowNs - pullAgainNs >= 0);
  }

  /** A pull begins; what it brings counts only with the number that this answers. */
  int pulling() {
    isPulling = true;
    waitsToPull = false;
    return generation;
  }

  boolean isCurrent(int number) {
    return number == generation;
  }

  void pullAgainAt(long timeNs) {
    isPulling = false;
    waitsToPull = true;
    pullAgainNs = timeNs;
  }

  void fetched(PullResult result, int bytes) {
    isPulling = false;
    fetched = result;
    fetchedBytes = bytes;
    end = result.getMaxOffset();
  }

  @Nullable PullResult peek() {
    return fetched;
  }

  /** What was fetched is handed over. */
  void took() {
    fetched = null;
    fetchedBytes = 0;
  }

  int fetchedBytes() {
    return fetchedBytes;
  }

  /** How many messages are behind the position as far as is known, or -1. */
  long lag() {
    return end < 0 ? -1 : Math.max(0, end - position);
  }

  // ---- commits

  void want(LaneCommit commit) {
    wanted = commit;
  }

  void stored(LaneCommit commit) {
    stored = commit;
  }

  /** What is to be stored and isn't; null if there is nothing. */
  @Nullable LaneCommit unstored() {
    LaneCommit commit = wanted;
    LaneCommit before = stored;
    return commit == null || (before != null && before.position() == commit.position())
        ? null
        : commit;
  }

  @Nullable LaneCommit wanted() {
    return wanted;
  }

  @Override
  public String toString() {
    return lane.name();
  }
}
