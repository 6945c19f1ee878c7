package io.penstock.connector;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A source that reads a log: records keep their place, and progress is a position per lane. The
 * engine settles records in any order and commits only what is settled without a gap.
 */
public interface LogSource extends Source {

  /** Hands over no records of these lanes until they are resumed, but keeps owning them. */
  void pause(Collection<Lane> lanes);

  /** Hands over records of these lanes again. */
  void resume(Collection<Lane> lanes);

  /**
   * Stores progress. May return before it is stored; a later commit of the same lane must not be
   * overtaken by an earlier one. A commit that fails is sent again by the source, or told by {@link
   * LaneOwner#commitFailed}, or thrown: the engine then commits again.
   */
  void commit(Map<Lane, LaneCommit> commits);

  /**
   * Goes on from another place in a lane that the source owns. Records fetched before are not handed
   * over any more.
   *
   * @return where the lane goes on, with nothing settled beyond
   * @throws ConnectorException if the lane isn't owned or the place doesn't exist; the lane is then
   *     where it was
   */
  LaneStart seek(Lane lane, SeekTarget target);

  /**
   * How many records the lane still holds beyond what was handed over, or -1 if not known. Must not
   * ask the server.
   */
  long lag(Lane lane);

  /**
   * What is odd though no call fails, for people: a part that hangs, a wait for another worker. Asked
   * now and then; must not ask a server.
   */
  default List<String> health() {
    return List.of();
  }

  /**
   * How far the reading of what was there before is, while it goes on. Asked now and then; must not ask
   * a server.
   */
  default Optional<SnapshotProgress> snapshot() {
    return Optional.empty();
  }
}
