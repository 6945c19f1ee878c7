package io.penstock.connect;

import io.penstock.connector.HttpRoute;
import io.penstock.connector.SnapshotProgress;
import io.penstock.connector.StateStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a source has beside its plugin. Parts of its own that the plugin makes by name find their way back
 * by the settings that are given here. Called on the intake's thread, but for the shape and the
 * routes.
 */
public interface Companion {

  /** Nothing. */
  Companion NONE = new Companion() {};

  /**
   * The source is ours from now on.
   *
   * @param state shared by all workers; a write fails once another worker has taken the source
   * @return settings for the plugin beside its own
   */
  default Map<String, String> started(String connector, StateStore state) {
    return Map.of();
  }

  /** Its events' form. */
  default RecordShape shape() {
    return RecordShape.PLAIN;
  }

  /** It is not any more, or the plugin has ended; also after {@link #started} has failed. */
  default void ended() {}

  /** How far the plugin is with what was there before, while it reads that. */
  default Optional<SnapshotProgress> snapshot() {
    return Optional.empty();
  }

  /** Routes of the source; they are there whether the source is ours or not. */
  default List<HttpRoute> httpRoutes() {
    return List.of();
  }
}
