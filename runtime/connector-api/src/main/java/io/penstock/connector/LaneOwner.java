package io.penstock.connector;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * What a source tells the engine about the lanes it gets and gives up. Given to the source in {@link
 * SourceContext}; every method is called on the source's intake thread.
 */
public interface LaneOwner {

  /** These lanes are ours from now on. Must come before their first records. */
  void assigned(Collection<LaneStart> lanes);

  /**
   * These lanes are to be given up. The engine starts nothing new for them, waits a bounded time for
   * what is in flight, and forgets them.
   *
   * @return completes, after a bounded time and never exceptionally, with how far each lane is
   *     settled; the source must commit that, synchronously, before it lets go
   */
  CompletionStage<Map<Lane, LaneCommit>> revoking(Collection<Lane> lanes);

  /** These lanes are gone already: another worker may have them. Nothing may be committed. */
  void lost(Collection<Lane> lanes);

  /**
   * A record of a queue is not wanted any more. What of it waits is dropped, and what runs is
   * cancelled: it is settled as {@link Settlement#DROPPED} as soon as its attempt has ended in any way
   * but well. If its results are on their way already, nothing changes.
   */
  default void cancel(Lane lane, SourceRecord record) {}

  /**
   * A commit of these lanes was not stored; the engine commits them again. Lanes that are no longer
   * owned are ignored.
   */
  void commitFailed(Collection<Lane> lanes);
}
