package io.penstock.connector;

import java.util.Optional;

/** What the sources of other connectors of the same worker offer to sinks. Thread-safe. */
@FunctionalInterface
public interface Peers {

  /** There are none. */
  Peers NONE = connector -> Optional.empty();

  /** The source of a connector that runs; whoever asks looks whether it offers what is wanted. */
  Optional<Object> source(String connector);

  /** The same, if it is of a type, which must be meant for use by any thread. */
  default <T> Optional<T> find(String connector, Class<T> type) {
    return source(connector).filter(type::isInstance).map(type::cast);
  }
}
