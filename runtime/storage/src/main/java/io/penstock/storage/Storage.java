package io.penstock.storage;

import io.penstock.connector.ConnectorException;
import io.penstock.connector.Failpoints;
import io.penstock.connector.Leases;
import io.penstock.connector.StateStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker remembers: pauses, positions of sources, leases. In SQLite inside its data folder,
 * which needs nothing and serves one worker; or in a PostgreSQL that several workers share.
 *
 * <p>Thread-safe. Calls block until the database has answered; a failure is a retriable {@link
 * ConnectorException}. A write is durable when it returns: after a crash a key has its old value or
 * its new one.
 */
public final class Storage implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Storage.class);

  /** How long a lease outlives its holder: another worker takes over within 10 s. */
  private static final Duration LEASE = Duration.ofSeconds(6);

  /**
   * Where state is kept.
   *
   * @param folder the worker's data folder, made if it isn't there
   * @param shared the PostgreSQL to keep state in; empty keeps it in the folder
   * @param clock tells people since when the folder is used
   * @param failpoints where tests may stop the process
   */
  public record Options(
      Path folder, Optional<PostgresAddress> shared, Clock clock, Failpoints failpoints) {

    /** State in the folder, the system's clock, no failpoints. */
    public static Options in(Path folder) {
      return new Options(folder, Optional.empty(), Clock.systemUTC(), Failpoints.NONE);
    }

    /** The same with state in a PostgreSQL. */
    public Options sharedIn(PostgresAddress address) {
      return new Options(folder, Optional.of(address), clock, failpoints);
    }
  }

  private final DataFolder folder;
  private final DatabaseThread database;
  private final SqlLeases leases;
  private final SqlStateStore state;
  private final SqlStateStore sourceState;
  private final Optional<DataSource> shared;

  private Storage(
      DataFolder folder,
      DatabaseThread database,
      SqlLeases leases,
      SqlStateStore sourceState,
      Optional<DataSource> shared) {
    this.folder = folder;
    this.database = database;
    this.leases = leases;
    this.state = new SqlStateStore(database);
    this.sourceState = sourceState;
    this.shared = shared;
  }

  /**
   * Opens it, and brings its tables up to date.
   *
   * @throws ConnectorException if another worker uses the folder (says which), if the folder or the
   *     database can't be used, or if what is there was written by a newer Penstock
   */
  public static Storage open(Options options) {
    return open(options, LEASE);
  }

  static Storage open(Options options, Duration lease) {
    DataFolder folder = DataFolder.open(options.folder(), options.clock());
    try {
      return options.shared().isPresent()
          ? shared(folder, new PostgresDatabase(options.shared().get()), options, lease)
          : embedded(folder, options, lease);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static Storage embedded(DataFolder folder, Options options, Duration lease) {
    FileStateImport older = new FileStateImport(folder.path());
    Map<String, byte[]> values = older.read();
    Database database = new SqliteDatabase(folder.path().resolve("state.db"));
    database.migrate();
    DatabaseThread thread = DatabaseThread.start(database, options.failpoints());
    try {
      if (!values.isEmpty()) {
        thread.write(
            connection -> {
              for (Map.Entry<String, byte[]> value : values.entrySet()) {
                SqlStateStore.put(connection, value.getKey(), value.getValue());
              }
              return values.size();
            });
        log.info("took over {} values of an older Penstock's state", values.size());
      }
      older.done();
      return new Storage(
          folder,
          thread,
          leases(folder, thread, lease),
          new SqlStateStore(thread),
          Optional.empty());
    } catch (RuntimeException e) {
      thread.close();
      throw e;
    }
  }

  private static Storage shared(
      DataFolder folder, PostgresDatabase database, Options options, Duration lease) {
    database.migrate();
    String worker = folder.workerId();
    DatabaseThread thread = DatabaseThread.start(database, options.failpoints());
    try {
      return new Storage(
          folder,
          thread,
          leases(folder, thread, lease),
          new SqlStateStore(thread).under("workers/" + worker),
          Optional.of(database.forSources()));
    } catch (RuntimeException e) {
      thread.close();
      throw e;
    }
  }

  private static SqlLeases leases(DataFolder folder, DatabaseThread thread, Duration lease) {
    return new SqlLeases(thread, UUID.randomUUID().toString(), folder.holder(), lease);
  }

  /**
   * Looks whether a PostgreSQL can keep state; changes nothing there.
   *
   * @throws ConnectorException if it can't be reached
   */
  public static void check(PostgresAddress address) {
    new PostgresDatabase(address).check();
  }

  /** State that all workers of this database share. */
  public StateStore state() {
    return state;
  }

  /** State of this worker alone, for sources that keep what they position on this worker's disk. */
  public StateStore sourceState() {
    return sourceState;
  }

  /**
   * The PostgreSQL itself, for sources with much to keep; empty if state is in the folder. A
   * connection waits for an answer as long as whoever asks for it says.
   */
  public Optional<DataSource> database() {
    return shared;
  }

  /** What one worker at a time may own. */
  public Leases leases() {
    return leases;
  }

  /**
   * The folder of a connector's source, for files of its own: always the same for the same name. It
   * is not made.
   *
   * @throws IllegalArgumentException if the name is no segment of a key, or begins with a dot
   */
  public Path sourceFolder(String connector) {
    return folder.sourceFolder(connector);
  }

  /** Gives up the leases, and lets another worker have the folder. Does nothing the second time. */
  @Override
  public void close() {
    try {
      leases.close();
      database.close();
    } finally {
      folder.close();
    }
  }
}
