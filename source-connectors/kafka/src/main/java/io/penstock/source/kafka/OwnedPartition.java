package io.penstock.source.kafka;

import io.penstock.connector.Lane;
import io.penstock.connector.LaneCommit;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A partition that the engine knows is ours. Confined to the intake thread. */
final class OwnedPartition {

  private final TopicPartition partition;
  private final Lane lane;
  private final EpochLog epochs = new EpochLog();
  private Origin origin;
  private long position;
  private boolean paused;
  private @Nullable LaneCommit wanted;
  private @Nullable LaneCommit stored;

  OwnedPartition(TopicPartition partition, Origin origin, long position) {
    this.partition = partition;
    this.lane = laneOf(partition);
    this.origin = origin;
    this.position = position;
  }

  static Lane laneOf(TopicPartition partition) {
    return new Lane(partition.topic() + "-" + partition.partition());
  }

  TopicPartition partition() {
    return partition;
  }

  Lane lane() {
    return lane;
  }

  Origin origin() {
    return origin;
  }

  EpochLog epochs() {
    return epochs;
  }

  /** The next record to hand over. */
  long position() {
    return position;
  }

  void advance(long next) {
    position = next;
  }

  /** Goes on from elsewhere: what was to be committed is of no use any more. */
  void moveTo(long next) {
    position = next;
    epochs.reset();
    wanted = null;
    stored = null;
  }

  /** Goes on in a topic that may be another of the same name. */
  void moveTo(long next, Origin newOrigin) {
    moveTo(next);
    origin = newOrigin;
  }

  /** Whether the engine asked for no records. */
  boolean isPaused() {
    return paused;
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
  }

  /** The engine wants this stored. */
  void want(LaneCommit commit) {
    wanted = commit;
  }

  /** What is wanted and not known to be stored; null if there is nothing. */
  @Nullable LaneCommit unstored() {
    return Objects.equals(wanted, stored) ? null : wanted;
  }

  /** The group has this. */
  void stored(LaneCommit commit) {
    stored = commit;
  }
}
