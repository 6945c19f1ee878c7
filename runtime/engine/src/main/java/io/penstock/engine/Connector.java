package io.penstock.engine;

import io.penstock.connector.SeekTarget;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A connector that runs. Thread-safe. */
public interface Connector {

  /** Its name. */
  String name();

  /**
   * Stops taking events; those under way are finished. Membership of a group is kept, and the pause
   * survives a restart. Blocks until it is durable.
   *
   * @param by who asked, kept and shown
   */
  void pause(String by);

  /** Ends a pause. Blocks until that is durable. */
  void resume(String by);

  /**
   * Goes on from another place in a lane of a log source.
   *
   * @return completes with the position it goes on from, or with a {@link
   *     io.penstock.connector.ConnectorException} that says why not
   */
  CompletionStage<Long> seek(String lane, SeekTarget target);

  /** How it is now. */
  CompletionStage<ConnectorStatus> status();

  /**
   * Stops it: takes no more, finishes what is under way for at most the time given, commits, and
   * frees everything. A second call answers the same stage.
   *
   * @return completes when everything is freed, with the count of events that were still under way
   */
  CompletionStage<Integer> stop(Duration drain);
}
