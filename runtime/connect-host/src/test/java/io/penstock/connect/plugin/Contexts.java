package io.penstock.connect.plugin;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.connector.ConnectorContext;

/** Lets a test ask for what a plugin would ask its host for. */
public final class Contexts {

  private Contexts() {}

  @SuppressWarnings("unchecked") // one place writes it
  private static Map<String, ConnectorContext> all() {
    return (Map<String, ConnectorContext>)
        System.getProperties()
            .computeIfAbsent("penstock.contexts", key -> new ConcurrentHashMap<>());
  }

  static void put(String board, ConnectorContext context) {
    all().put(board, context);
  }

  /** The context of the connector that was started last with this board. */
  public static ConnectorContext of(String board) {
    return all().get(board);
  }
}
