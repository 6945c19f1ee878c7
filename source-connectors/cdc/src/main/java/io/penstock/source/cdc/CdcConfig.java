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
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings of one source of changes.
 *
 * @param kind of the database
 * @param host where the database listens
 * @param signals the table that snapshots are asked for in, if there is one
 * @param payload what the payload of an event is
 * @param properties for the plugin, all of them; hold secrets
 */
record CdcConfig(
    Kind kind,
    String host,
    int port,
    String database,
    List<String> tables,
    Optional<String> signals,
    Payload payload,
    Map<String, String> properties) {

  /** What the payload of an event is. */
  enum Payload {
    /** Before and after, with what happened where. */
    CHANGE,
    /** The row as it is now; of one that was deleted, as it was. */
    ROW,
    /** What Debezium makes of it, with its schema, for sinks that know Debezium. */
    DEBEZIUM
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

  /** What database it is. */
  enum Kind {
    /** Read through a replication slot. */
    POSTGRESQL("io.debezium.connector.postgresql.PostgresConnector", 5432),
    /** Read through its binary log. */
    MYSQL("io.debezium.connector.mysql.MySqlConnector", 3306),
    /** The same, as MariaDB writes it. */
    MARIADB("io.debezium.connector.mariadb.MariaDbConnector", 3306);

    private final String plugin;
    private final long port;

    Kind(String plugin, long port) {
      this.plugin = plugin;
      this.port = port;
    }
  }

  /** Above what people give to their servers. */
  private static final int MIN_SERVER_ID = 100_000_000;

  private static final String PENSTOCK = "penstock";
  private static final Pattern TABLE = Pattern.compile("[^.\\s]+\\.[^.\\s]+");
  private static final Pattern SLOT = Pattern.compile("[a-z0-9_]{1,63}");

  private static final ConfigKey<Kind> KIND =
      ConfigKey.choice("kind", Kind.class).defaultsTo(Kind.POSTGRESQL).doc("Which database it is.");

  private static final ConfigKey<String> HOST =
      ConfigKey.text("host").defaultsTo("localhost").doc("Where the database listens.");

  private static final ConfigKey<Long> PORT =
      ConfigKey.integer("port")
          .between(1L, 65_535L)
          .doc("Its port. Without it 5432, or 3306 of MySQL and MariaDB.");

  private static final ConfigKey<String> DATABASE =
      ConfigKey.text("database").required().doc("The name of the database.");

  private static final ConfigKey<String> USER =
      ConfigKey.text("user")
          .required()
          .doc(
              "Who reads: needs REPLICATION, and SELECT on the tables for a snapshot; of MySQL and"
                  + " MariaDB REPLICATION SLAVE, REPLICATION CLIENT, RELOAD and SELECT.");

  private static final ConfigKey<String> PASSWORD =
      ConfigKey.text("password").secret().doc("The user's password.");

  private static final ConfigKey<List<String>> TABLES =
      ConfigKey.texts("tables")
          .required()
          .doc(
              "The tables to read, each with its schema, such as public.orders; of MySQL and"
                  + " MariaDB with its database, such as shop.orders.");

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
              "What the payload is: the change with before and after; the row alone (of a deleted"
                  + " row, as it was); or what Debezium makes of it, as JSON with its schema, for"
                  + " sinks of Kafka Connect that know Debezium.");

  private static final ConfigKey<String> SLOT_NAME =
      ConfigKey.text("slot")
          .doc(
              "PostgreSQL's replication slot, made if it isn't there; each connector needs one of"
                  + " its own. Without it, penstock. It stays when the connector is deleted, and"
                  + " keeps the database's log from being freed until it is dropped.");

  private static final ConfigKey<String> PUBLICATION =
      ConfigKey.text("publication")
          .doc(
              "PostgreSQL's publication, made for the tables if it isn't there. Without it,"
                  + " penstock. It stays too.");

  private static final ConfigKey<String> SIGNALS =
      ConfigKey.text("signals")
          .doc(
              "A table of Debezium's signals, named as tables are; with it snapshots can be asked"
                  + " for while the source runs (penstock snapshot). Its columns are id, type and"
                  + " data.");

  private static final ConfigKey<Map<String, String>> PROPERTIES =
      ConfigKey.properties("properties")
          .defaultsTo(Map.of())
          .doc("Properties of Debezium's connector, as they are; they win over what is above.");

  static final ConfigSpec SPEC =
      ConfigSpec.of(
          KIND,
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
          SIGNALS,
          PROPERTIES);

  static void check(Settings settings, Problems problems) {
    String path = settings.path();
    settings.find(TABLES).orElse(List.of()).forEach(t -> check(t, path + ".tables", problems));
    settings.find(SIGNALS).ifPresent(table -> check(table, path + ".signals", problems));
    Kind kind = settings.get(KIND);
    for (ConfigKey<String> key : List.of(SLOT_NAME, PUBLICATION)) {
      String name = settings.find(key).orElse(PENSTOCK);
      if (!SLOT.matcher(name).matches()) {
        problems.add(
            path + "." + key.name(),
            "'" + name + "'",
            "1 to 63 lower-case letters, digits and '_'");
      } else if (kind != Kind.POSTGRESQL && settings.find(key).isPresent()) {
        problems.add(path + "." + key.name(), "'" + name + "'", "nothing: only PostgreSQL has one");
      }
    }
  }

  private static void check(String table, String path, Problems problems) {
    if (!TABLE.matcher(table).matches()) {
      problems.add(path, "'" + table + "'", "a schema (or a database), a dot and a table");
    }
  }

  static CdcConfig read(Settings settings) {
    Kind kind = settings.get(KIND);
    String database = settings.get(DATABASE);
    List<String> tables = settings.get(TABLES);
    long port = settings.find(PORT).orElse(kind.port);
    Map<String, String> properties = new HashMap<>();
    properties.put("database.hostname", settings.get(HOST));
    properties.put("database.port", String.valueOf(port));
    properties.put("database.user", settings.get(USER));
    settings.find(PASSWORD).ifPresent(password -> properties.put("database.password", password));
    properties.put("table.include.list", regularExpressions(tables.stream()));
    snapshot(settings.get(SNAPSHOT), properties);
    properties.put("topic.prefix", database);
    // A delete is one event; who wants Kafka's second, empty record asks for it.
    properties.put("tombstones.on.delete", "false");
    properties.put("poll.interval.ms", "50");
    // While other tables change, what the database has to keep for this one shrinks all the same.
    properties.put("heartbeat.interval.ms", "10000");
    if (kind == Kind.POSTGRESQL) {
      properties.put("database.dbname", database);
      properties.put("plugin.name", "pgoutput");
      properties.put("slot.name", settings.find(SLOT_NAME).orElse(PENSTOCK));
      properties.put("publication.name", settings.find(PUBLICATION).orElse(PENSTOCK));
      properties.put("publication.autocreate.mode", "filtered");
      // How soon it is seen that the database is gone; else 10 s.
      properties.put("status.update.interval.ms", "3000");
    } else {
      properties.put(
          "database.include.list",
          regularExpressions(tables.stream().map(t -> t.substring(0, t.indexOf('.'))).distinct()));
      // Replicas of one number drive each other away; each start has another.
      properties.put(
          "database.server.id",
          String.valueOf(ThreadLocalRandom.current().nextInt(MIN_SERVER_ID, Integer.MAX_VALUE)));
      properties.put("schema.history.internal", StateSchemaHistory.class.getName());
      properties.put("schema.history.internal.store.only.captured.tables.ddl", "true");
      properties.put("include.schema.changes", "false");
      // As above; else 60 s, and it takes up to twice as long.
      properties.put("connect.keep.alive.interval.ms", "5000");
    }
    if (settings.get(PAYLOAD) == Payload.DEBEZIUM) {
      properties.put("key.converter.schemas.enable", "true");
      properties.put("value.converter.schemas.enable", "true");
    }
    properties.put("retriable.restart.connector.wait.ms", "1000");
    properties.put("notification.enabled.channels", ProgressChannel.NAME);
    settings
        .find(SIGNALS)
        .ifPresent(
            table -> {
              properties.put("signal.data.collection", table);
              // Leaves no rows behind.
              properties.put("incremental.snapshot.watermarking.strategy", "insert_delete");
            });
    properties.putAll(settings.get(PROPERTIES));
    return new CdcConfig(
        kind,
        settings.get(HOST),
        Math.toIntExact(port),
        database,
        tables,
        settings.find(SIGNALS),
        settings.get(PAYLOAD),
        Map.copyOf(properties));
  }

  /** The plugin takes regular expressions. */
  private static String regularExpressions(Stream<String> names) {
    return names
        .map(name -> name.replaceAll("([^A-Za-z0-9_])", "\\\\$1"))
        .collect(Collectors.joining(","));
  }

  private static void snapshot(Snapshot snapshot, Map<String, String> properties) {
    switch (snapshot) {
      case INITIAL -> ours(WholeSnapshot.NAME, properties);
      case NEVER -> properties.put("snapshot.mode", "no_data");
      case ALWAYS -> ours(WholeSnapshot.Always.NAME, properties);
      case ONLY -> properties.put("snapshot.mode", "initial_only");
    }
  }

  private static void ours(String name, Map<String, String> properties) {
    properties.put("snapshot.mode", "custom");
    properties.put("snapshot.mode.custom.name", name);
  }

  /** One task: a database has one log. */
  ConnectSettings plugin(Path baseDirectory) {
    return new ConnectSettings(kind.plugin, baseDirectory.resolve("plugins"), 1, properties);
  }
}
