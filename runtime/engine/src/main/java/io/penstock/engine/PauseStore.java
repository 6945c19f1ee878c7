package io.penstock.engine;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.StateStore;
import io.penstock.engine.ConnectorStatus.Pause;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps who paused a connector and since when: a version, an instant and a name, a line each. */
final class PauseStore {

  private static final String VERSION = "1";

  private final StateStore state;

  PauseStore(StateStore state) {
    this.state = state;
  }

  Optional<Pause> read(String connector) {
    Optional<byte[]> stored = state.get(key(connector));
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    String[] lines = new String(stored.get(), StandardCharsets.UTF_8).split("\n", 3);
    if (lines.length != 3 || !lines[0].equals(VERSION)) {
      throw unreadable(connector, null);
    }
    try {
      return Optional.of(new Pause(lines[2], Instant.parse(lines[1])));
    } catch (DateTimeException e) {
      throw unreadable(connector, e);
    }
  }

  private static ConnectorException unreadable(String connector, @Nullable Exception cause) {
    return ConnectorException.fatal(
        "the pause of connector '"
            + connector
            + "' can't be read; delete the state "
            + key(connector)
            + " and pause it again",
        cause);
  }

  void write(String connector, Pause pause) {
    String text = VERSION + "\n" + pause.since() + "\n" + pause.by();
    state.put(key(connector), text.getBytes(StandardCharsets.UTF_8));
  }

  void delete(String connector) {
    state.delete(key(connector));
  }

  private static String key(String connector) {
    return "connectors/" + connector + "/pause";
  }
}
