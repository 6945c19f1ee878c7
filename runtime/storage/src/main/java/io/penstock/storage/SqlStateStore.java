package io.penstock.storage;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.StateStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * State in a table, all of it or what is under a prefix, with writes that may be bound to a lease.
 *
 * @param database where
 * @param prefix of every key: empty, or whole segments and a slash
 * @param fence of every write
 */
record SqlStateStore(DatabaseThread database, String prefix, Fence fence) implements StateStore {

  private static final String PUT =
      "INSERT INTO state (name, value) VALUES (?, ?)"
          + " ON CONFLICT (name) DO UPDATE SET value = excluded.value";

  /** Whether writing is allowed, asked in the transaction of the write. */
  @FunctionalInterface
  interface Fence {

    /** Anybody may write. */
    Fence NONE = connection -> true;

    /** Whether this writer may write; if so, that stays true until the transaction ends. */
    boolean allows(Connection connection) throws SQLException;
  }

  SqlStateStore(DatabaseThread database) {
    this(database, "", Fence.NONE);
  }

  /** What is under a prefix of whole segments, as a store of its own. */
  SqlStateStore under(String segments) {
    return new SqlStateStore(database, prefix + StateKeys.check(segments) + "/", fence);
  }

  SqlStateStore fencedBy(Fence other) {
    return new SqlStateStore(database, prefix, other);
  }

  @Override
  public Optional<byte[]> get(String key) {
    String name = prefix + StateKeys.check(key);
    return database.read(
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement("SELECT value FROM state WHERE name = ?")) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
              return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.empty();
            }
          }
        });
  }

  @Override
  public void put(String key, byte[] value) {
    String name = prefix + StateKeys.check(key);
    Objects.requireNonNull(value, "value");
    write(connection -> put(connection, name, value));
  }

  @Override
  public void putAll(Map<String, byte[]> values) {
    Map<String, byte[]> named = new HashMap<>();
    values.forEach(
        (key, value) ->
            named.put(prefix + StateKeys.check(key), Objects.requireNonNull(value, "value")));
    if (!named.isEmpty()) {
      write(
          connection -> {
            for (Map.Entry<String, byte[]> value : named.entrySet()) {
              put(connection, value.getKey(), value.getValue());
            }
          });
    }
  }

  static void put(Connection connection, String name, byte[] value) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(PUT)) {
      statement.setString(1, name);
      statement.setBytes(2, value);
      statement.executeUpdate();
    }
  }

  @Override
  public void delete(String key) {
    String name = prefix + StateKeys.check(key);
    write(
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement("DELETE FROM state WHERE name = ?")) {
            statement.setString(1, name);
            statement.executeUpdate();
          }
        });
  }

  private interface Change {
    void make(Connection connection) throws SQLException;
  }

  private void write(Change change) {
    boolean allowed =
        database.write(
            connection -> {
              if (!fence.allows(connection)) {
                return false;
              }
              change.make(connection);
              return true;
            });
    if (!allowed) {
      throw ConnectorException.retry(
          "nothing was written: " + fence + " has been taken by another owner since", null);
    }
  }

  @Override
  public List<String> keys(String under) {
    String from = under.isEmpty() ? prefix : prefix + StateKeys.check(under);
    return database.read(connection -> keys(connection, from));
  }

  @Override
  public Map<String, byte[]> values(String under) {
    Under range = new Under(under.isEmpty() ? prefix : prefix + StateKeys.check(under));
    return database.read(
        connection -> {
          Map<String, byte[]> values = new TreeMap<>();
          try (PreparedStatement statement = range.select(connection, "name, value");
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              values.put(rows.getString(1).substring(prefix.length()), rows.getBytes(2));
            }
          }
          return values;
        });
  }

  /** Whole segments: the key itself, or what follows it and a slash. */
  private record Under(String from) {

    PreparedStatement select(Connection connection, String columns) throws SQLException {
      boolean everything = from.isEmpty() || from.endsWith("/");
      String first = everything ? from : from + "/";
      // '0' is the character after '/'.
      String end = first.isEmpty() ? "\u007f" : first.substring(0, first.length() - 1) + "0";
      PreparedStatement statement =
          connection.prepareStatement(
              "SELECT "
                  + columns
                  + " FROM state WHERE name = ? OR (name >= ? AND name < ?) ORDER BY name");
      statement.setString(1, from);
      statement.setString(2, first);
      statement.setString(3, end);
      return statement;
    }
  }

  private List<String> keys(Connection connection, String from) throws SQLException {
    List<String> keys = new ArrayList<>();
    try (PreparedStatement statement = new Under(from).select(connection, "name");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        keys.add(rows.getString(1).substring(prefix.length()));
      }
    }
    return keys;
  }
}
