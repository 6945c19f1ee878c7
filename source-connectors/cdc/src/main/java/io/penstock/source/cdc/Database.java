package io.penstock.source.cdc;

import io.penstock.source.cdc.CdcConfig.Kind;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Penstock itself asks the database, beside what Debezium reads: with a connection of its own each
 * time, which takes no longer than some seconds. Thread-safe.
 */
final class Database {

  private static final Logger log = LoggerFactory.getLogger(Database.class);

  private static final String DRIVER = "driver.";
  private static final int LIMIT_S = 10;
  private static final Pattern ROWS = Pattern.compile("rows=(\\d+)");

  private final CdcConfig config;

  Database(CdcConfig config) {
    this.config = config;
  }

  private Connection connect() throws SQLException {
    Map<String, String> settings = config.properties();
    Properties properties = new Properties();
    properties.put("user", settings.getOrDefault("database.user", ""));
    properties.put("password", settings.getOrDefault("database.password", ""));
    int unit = config.kind() == Kind.POSTGRESQL ? 1 : 1_000;
    properties.put("connectTimeout", String.valueOf(LIMIT_S * unit));
    properties.put("socketTimeout", String.valueOf(LIMIT_S * unit));
    String mode = settings.get(config.kind() == Kind.POSTGRESQL ? "database.sslmode" : SSL_MODE);
    if (mode != null) {
      properties.put(config.kind() == Kind.POSTGRESQL ? "sslmode" : "sslMode", mode);
    }
    settings.forEach(
        (name, value) -> {
          if (name.startsWith(DRIVER)) {
            properties.put(name.substring(DRIVER.length()), value);
          }
        });
    return DriverManager.getConnection(
        "jdbc:"
            + config.kind().name().toLowerCase(Locale.ROOT)
            + "://"
            + config.host()
            + ":"
            + config.port()
            + "/"
            + config.database(),
        properties);
  }

  private static final String SSL_MODE = "database.ssl.mode";

  private String quoted(String table) {
    String quote = config.kind() == Kind.POSTGRESQL ? "\"" : "`";
    return Arrays.stream(table.split("\\."))
        .map(part -> quote + part.replace(quote, quote + quote) + quote)
        .collect(Collectors.joining("."));
  }

  /** About how many rows tables have, as its planner thinks; empty if it doesn't tell. */
  OptionalLong rows(List<String> tables) {
    long rows = 0;
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String table : tables) {
        try (ResultSet plan = statement.executeQuery("EXPLAIN SELECT 1 FROM " + quoted(table))) {
          if (plan.next()) {
            rows +=
                config.kind() == Kind.POSTGRESQL ? rows(plan.getString(1)) : plan.getLong("rows");
          }
        }
      }
      return OptionalLong.of(rows);
    } catch (SQLException e) {
      log.debug("the database does not tell how many rows its tables have", e);
      return OptionalLong.empty();
    }
  }

  private static long rows(String plan) {
    Matcher matcher = ROWS.matcher(plan);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  /** Whether the server keeps changes only for those who have a slot. */
  boolean hasSlots() {
    return config.kind() == Kind.POSTGRESQL;
  }

  /**
   * Whether what has changed since an earlier start can be read: a binary log is simply there, but a
   * replication slot must be too. One whose changes the server has thrown away can't be read ever again,
   * and is dropped.
   */
  boolean keepsChanges() throws SQLException {
    if (!hasSlots()) {
      return true;
    }
    String slot = config.properties().getOrDefault("slot.name", "");
    String found =
        " FROM pg_replication_slots WHERE slot_name = ? AND database = current_database()";
    try (Connection connection = connect();
        PreparedStatement drop =
            connection.prepareStatement(
                "SELECT pg_drop_replication_slot(slot_name)" + found + " AND wal_status = 'lost'");
        PreparedStatement look = connection.prepareStatement("SELECT 1" + found)) {
      drop.setString(1, slot);
      if (drop.executeQuery().next()) {
        log.warn(
            "the replication slot {} is made anew: the server has thrown away what changed since"
                + " (max_slot_wal_keep_size)",
            slot);
      }
      look.setString(1, slot);
      return look.executeQuery().next();
    }
  }

  /** Writes one of Debezium's signals; it is in the database's log then, as durable as any change. */
  void signal(String table, String id, String type, String data) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO " + quoted(table) + " (id, type, data) VALUES (?, ?, ?)")) {
      insert.setString(1, id);
      insert.setString(2, type);
      insert.setString(3, data);
      insert.executeUpdate();
    }
  }
}
