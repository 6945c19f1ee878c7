package io.penstock.source.cdc;

import io.penstock.connect.ConnectSettings;
import io.penstock.connector.config.ConfigKey;
import io.penstock.connector.config.ConfigSpec;
import io.penstock.connector.config.Problems;
import io.penstock.connector.config.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The settings of one source of changes.
 *
 * @param host where the database listens
 * @param payload what the payload of an event is
 * @param properties for the plugin, all of them; hold secrets
 */
record CdcConfig(String host, int port, Payload payload, Map<String, String> properties) {

  /** What the payload of an event is. */
  enum Payload {
    /** Before and after, with what happened where. */
    CHANGE,
    /** The row as it is now; of one that was deleted, as it was. */
    ROW
  }

  /** When rows that are there already are read. */
  enum Snapshot {
    /** At the first start. */
    INITIAL,
    /** Never: only what changes from now on. */
    NEVER,
    /** At every start. */
    ALWAYS,
    /** At the first start, and then the source has nothing more to do. */
    ONLY
  }

  private static final String PLUGIN = "io.debezium.connector.postgresql.PostgresConnector";
  private static final Pattern TABLE = Pattern.compile("[^.\\s]+\\.[^.\\s]+");
  private static final Pattern SLOT = Pattern.compile("[a-z0-9_]{1,63}");

  private static final ConfigKey<String> HOST =
      ConfigKey.text("host").defaultsTo("localhost").doc("Where PostgreSQL listens.");

  private static final ConfigKey<Long> PORT =
      ConfigKey.integer("port").between(1L, 65_535L).defaultsTo(5432L).doc("Its port.");

  private static final ConfigKey<String> DATABASE =
      ConfigKey.text("database").required().doc("The name of the database.");

  private static final ConfigKey<String> USER =
      ConfigKey.text("user")
          .required()
          .doc("Who reads: needs REPLICATION, and SELECT on the tables for a snapshot.");

  private static final ConfigKey<String> PASSWORD =
      ConfigKey.text("password").secret().doc("The user's password.");

  private static final ConfigKey<List<String>> TABLES =
      ConfigKey.texts("tables")
          .required()
          .doc("The tables to read, each with its schema, such as public.orders.");

  private static final ConfigKey<Snapshot> SNAPSHOT =
      ConfigKey.choice("snapshot", Snapshot.class)
          .defaultsTo(Snapshot.INITIAL)
          .doc(
              "When rows that are there already become events: at the first start, never,"
                  + " at every start, or only they do.");

  private static final ConfigKey<Payload> PAYLOAD =
      ConfigKey.choice("payload", Payload.class)
          .defaultsTo(Payload.CHANGE)
          .doc(
              "What the payload is: the change with before and after, or the row alone (of a"
                  + " deleted row, as it was).");

  private static final ConfigKey<String> SLOT_NAME =
      ConfigKey.text("slot")
          .defaultsTo("penstock")
          .doc(
              "The replication slot, made if it isn't there; each connector needs one of its own."
                  + " It stays when the connector is deleted, and keeps the database's log from"
                  + " being freed until it is dropped.");

  private static final ConfigKey<String> PUBLICATION =
      ConfigKey.text("publication")
          .defaultsTo("penstock")
          .doc("The publication, made for the tables if it isn't there. It stays too.");

  private static final ConfigKey<Map<String, String>> PROPERTIES =
      ConfigKey.properties("properties")
          .defaultsTo(Map.of())
          .doc("Properties of Debezium's connector, as they are; they win over what is above.");

  static final ConfigSpec SPEC =
      ConfigSpec.of(
          HOST,
          PORT,
          DATABASE,
          USER,
          PASSWORD,
          TABLES,
          SNAPSHOT,
          PAYLOAD,
          SLOT_NAME,
          PUBLICATION,
          PROPERTIES);

  static void check(Settings settings, Problems problems) {
    String path = settings.path();
    for (String table : settings.find(TABLES).orElse(List.of())) {
      if (!TABLE.matcher(table).matches()) {
        problems.add(path + ".tables", "'" + table + "'", "a schema, a dot and a table");
      }
    }
    for (ConfigKey<String> key : List.of(SLOT_NAME, PUBLICATION)) {
      String name = settings.get(key);
      if (!SLOT.matcher(name).matches()) {
        problems.add(
            path + "." + key.name(),
            "'" + name + "'",
            "1 to 63 lower-case letters, digits and '_'");
      }
    }
  }

  static CdcConfig read(Settings settings) {
    Map<String, String> properties = new HashMap<>();
    properties.put("database.hostname", settings.get(HOST));
    properties.put("database.port", String.valueOf(settings.get(PORT)));
    properties.put("database.dbname", settings.get(DATABASE));
    properties.put("database.user", settings.get(USER));
    settings.find(PASSWORD).ifPresent(password -> properties.put("database.password", password));
    properties.put(
        "table.include.list",
        String.join(",", settings.get(TABLES).stream().map(CdcConfig::literally).toList()));
    properties.put("snapshot.mode", snapshotMode(settings.get(SNAPSHOT)));
    properties.put("topic.prefix", settings.get(DATABASE));
    properties.put("plugin.name", "pgoutput");
    properties.put("slot.name", settings.get(SLOT_NAME));
    properties.put("publication.name", settings.get(PUBLICATION));
    properties.put("publication.autocreate.mode", "filtered");
    // A delete is one event; who wants Kafka's second, empty record asks for it.
    properties.put("tombstones.on.delete", "false");
    properties.put("poll.interval.ms", "50");
    properties.putAll(settings.get(PROPERTIES));
    return new CdcConfig(
        settings.get(HOST),
        Math.toIntExact(settings.get(PORT)),
        settings.get(PAYLOAD),
        Map.copyOf(properties));
  }

  /** The plugin takes regular expressions. */
  private static String literally(String table) {
    return table.replaceAll("([^A-Za-z0-9_])", "\\\\$1");
  }

  private static String snapshotMode(Snapshot snapshot) {
    return switch (snapshot) {
      case INITIAL -> "initial";
      case NEVER -> "no_data";
      case ALWAYS -> "always";
      case ONLY -> "initial_only";
    };
  }

  /** One task: a database has one log. */
  ConnectSettings plugin(Path baseDirectory) {
    return new ConnectSettings(PLUGIN, baseDirectory.resolve("plugins"), 1, properties);
  }
}
